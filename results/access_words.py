"""How an audit came to the pages, in a sentence each: a login that was ordered, consent banners."""

from __future__ import annotations

from crawler.evidence import ConsentOutcome, ConsentRecord
from results.language import _
from results.records import SiteRecord


def access_sentences(site: SiteRecord) -> tuple[tuple[str, str], ...]:
    """(What, where) of each; nothing where the audit saw what the public sees and ignored banners."""
    login = ((_("Logged in as ordered"), site.login.url),) if site.login else ()
    return (*login, *((consent_sentence(record), record.url) for record in site.consent))


def consent_sentence(record: ConsentRecord) -> str:
    """What was done with a consent banner."""
    match record.outcome:
        case ConsentOutcome.NOT_FOUND:
            found = _("No consent banner found, though the page declares a consent platform (IAB TCF)")
            return found if record.tcf else _("No consent banner found")
        case ConsentOutcome.GONE:
            return _("Consent banner answered: {control}").format(control=record.clicked)
        case ConsentOutcome.STILL_OPEN:
            return _("Consent banner still open")
        case ConsentOutcome.NOT_POSSIBLE:
            return _("Consent banner could not be answered: {reason}").format(reason=record.reason)
