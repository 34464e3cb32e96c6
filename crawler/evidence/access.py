"""What an operator orders beyond what the public sees, and what came of it. No value of a secret is in here.

A reference is `env:NAME`: the variable of the environment that holds the value. Settings keep references.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

REFERENCE = "env:"
"""What a reference to a variable begins with."""


class LoginField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of a login form, and what is typed into it."""

    selector: str
    """CSS, of the page at the login's address."""
    value: str
    """A reference: `env:NAME`."""


class LoginStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to log in: the only thing that an audit ever posts, and only on the operator's order."""

    start: str
    """Address of the page with the form, on the site's own host."""
    fields: tuple[LoginField, ...]
    submit: str
    """Selector of what is clicked."""
    success_url: str = ""
    """Pattern (`crawler.patterns`) of the address that shows that it worked."""
    success_selector: str = ""
    """Of an element that is there once it worked."""


class LoginRecord(msgspec.Struct, frozen=True, kw_only=True):
    """That an audit logged in as ordered; who, and with what, is not kept."""

    url: str
    """Of the page with the form."""
    logged_in_at: tuple[str, ...] = ()
    """ISO 8601 in UTC, each time that it worked: a session lost is begun once more."""


class Consent(StrEnum):
    """What is done with a consent banner."""

    IGNORE = "ignore"
    REJECT = "reject"
    ACCEPT = "accept"


class ConsentOutcome(StrEnum):
    """What came of looking for a consent banner."""

    NOT_FOUND = "not_found"
    GONE = "gone"
    """Its control was clicked, and it went."""
    STILL_OPEN = "still_open"
    """It was there after its control was clicked, here or on a page before."""
    NOT_POSSIBLE = "not_possible"
    """It has no control that does what was ordered, or none that can be clicked."""


class ConsentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The consent banner of one page, and what was done with it."""

    wish: Consent
    outcome: ConsentOutcome
    url: str = ""
    """Of the page."""
    on_phone: bool = False
    vendor: str = ""
    """Of a known tool; empty where the banner was found by its words."""
    banner: str = ""
    """Selector."""
    text: str = ""
    """The banner's, at most 300 characters."""
    clicked: str = ""
    """Text of the control that was clicked."""
    selector: str = ""
    """Of that control."""
    others: tuple[str, ...] = ()
    """Texts of the controls that were not clicked, at most 10."""
    reason: str = ""
    """Why it was not possible."""
    tcf: bool = False
    """Whether the page declares a platform of the IAB's Transparency and Consent Framework, by the frame that
    one has to put there (`__tcfapiLocator`); there may be a banner where none was found.
    """
