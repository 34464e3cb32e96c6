"""How an audit came to the pages, in a sentence each: its own settings, a login, consent banners."""

from __future__ import annotations

from crawler.evidence import ConsentOutcome, ConsentRecord
from results.language import _
from results.records import SiteRecord


def access_sentences(site: SiteRecord) -> tuple[tuple[str, str], ...]:
    """(What, where) of each; nothing where the audit saw what the public sees and ignored banners."""
    login = ((_("Logged in as ordered"), site.login.url),) if site.login else ()
    return (*_own(site), *login, *((consent_sentence(record), record.url) for record in site.consent))


def _own(site: SiteRecord) -> tuple[tuple[str, str], ...]:
    """The keys of `[[url]]` that held for the site in place of the run's settings."""
    names = ", ".join(name.replace("_", "-") for name in sorted(site.institution.own_settings))
    told = _("Settings of its own: {names}").format(names=names)
    return ((told, site.institution.url),) if names else ()


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
