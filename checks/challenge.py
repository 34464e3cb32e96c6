"""Pages that a bot defence shows instead of the site, told by several independent signs.

One sign proves nothing: an article may quote every phrase, and Cloudflare puts its challenge scripts into
ordinary pages too. So a page counts as a challenge only if two kinds of sign of one vendor agree (header,
title, text, markup) and it shows little text, or if the vendor says so in a header made for that.
"""

from __future__ import annotations

import re

import msgspec

from crawler.evidence import Page

LONGEST_TEXT = 2_000
"""Characters; the wordiest known challenge page (Cloudflare 1020) shows about 700."""

_READ = 200_000
"""Characters of markup read; challenge pages are shorter."""


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A bot defence and its signs; regular expressions, searched without regard to case."""

    name: str
    certain: tuple[tuple[str, str], ...] = ()
    """(header, value) that this vendor documents as marking a challenge; enough alone."""
    headers: tuple[tuple[str, str], ...] = ()
    """(header, value) of any answer that passes the vendor."""
    title: str = ""
    text: str = ""
    markup: str = ""


VENDORS = (
    Vendor(
        name="Cloudflare",
        certain=(("cf-mitigated", "challenge"),),
        headers=(("server", "cloudflare"), ("cf-ray", ".")),
        title=r"^just a moment|^attention required! \| cloudflare|^access denied \|.*cloudflare",
        text=r"checking (?:your browser|if the site connection is secure)|ray id: ?[0-9a-f]{16}"
        r"|performing security verification|needs to review the security of your connection",
        markup=r"/cdn-cgi/challenge-platform/h/|_cf_chl_opt|cf-browser-verification|cf-error-details",
    ),
    Vendor(
        name="Imperva Incapsula",
        headers=(("x-iinfo", "."), ("x-cdn", "incapsula|imperva")),
        title=r"^pardon our interruption",
        text=r"incapsula incident id|powered by imperva|made us think you were a bot",
        markup=r"/_incapsula_resource\?|src=[\"']?/_incapsula_resource",
    ),
    Vendor(
        name="Akamai",
        headers=(("server", "akamai"),),
        title=r"^access denied$|^challenge validation$",
        text=r"you don't have permission to access .{1,300}reference\s*#\s*[0-9a-f]+\.",
        markup=r"errors\.edgesuite\.net/|sec-if-cpt-container|/_sec/cp_challenge/",
    ),
    Vendor(
        name="DDoS-Guard",
        headers=(("server", "ddos-guard"),),
        title=r"^ddos-guard$",
        text=r"checking your browser before accessing|ddos protection by ddos-guard",
        markup=r"/\.well-known/ddos-guard/|check\.ddos-guard\.net",
    ),
    Vendor(
        name="F5 BIG-IP ASM",
        headers=(("server", "^big-?ip"),),
        title=r"^request rejected$",
        text=r"the requested url was rejected\. please consult|your support id is:? ?<?\d{6,}",
        markup=r"/tspd/[0-9a-f]+|window\[[\"']bobcmn[\"']\]|apm_do_not_touch",
    ),
    Vendor(
        name="AWS WAF",
        certain=(("x-amzn-waf-action", "challenge|captcha"),),
        headers=(("server", "cloudfront|awselb"),),
        title=r"^human verification$",
        text=r"let's confirm you are human|complete the security check before continuing",
        markup=r"token\.awswaf\.com|awswafcookiedomainlist|window\.gokuprops",
    ),
    Vendor(
        name="Sucuri",
        headers=(("server", "sucuri"), ("x-sucuri-id", ".")),
        title=r"^sucuri website firewall|^you are being redirected",
        text=r"access denied - sucuri website firewall",
        markup=r"sucuri_cloudproxy_js|cdn\.sucuri\.net/sucuri-firewall-block",
    ),
    Vendor(
        name="Anubis",
        title=r"^making sure you're not a bot!?$",
        text=r"protected by anubis",
        markup=r"id=[\"']anubis_(?:challenge|version)|/\.within\.website/x/cmd/anubis",
    ),
    Vendor(
        name="DataDome",
        headers=(("x-datadome", "."), ("server", "datadome")),
        text=r"please enable js and disable any ad blocker",
        markup=r"(?:geo|ct)\.captcha-delivery\.com",
    ),
    Vendor(
        name="HUMAN",
        title=r"^access to this page has been denied",
        text=r"press (?:&|and) hold to confirm you are",
        markup=r"id=[\"']px-captcha|window\._pxappid",
    ),
    Vendor(
        name="reCAPTCHA or hCaptcha wall",
        title=r"^(?:captcha|are you (?:a )?human|robot check|security check|verify you are human)\b",
        text=r"(?:verify|prove|confirm) (?:that )?you are (?:a )?human|you are not a robot",
        markup=r"class=[\"'][^\"']*\b(?:g-recaptcha|h-captcha|cf-turnstile)\b",
    ),
)


def vendor_of(page: Page) -> str | None:
    """Whose challenge page this is, or None for a page of the site itself."""
    headers = {name.lower(): value for name, value in page.headers}
    for vendor in VENDORS:
        if _has_header(headers, vendor.certain):
            return vendor.name
        if page.text_length < LONGEST_TEXT and _signs(page, headers, vendor) >= 2:
            return vendor.name
    return None


def _signs(page: Page, headers: dict[str, str], vendor: Vendor) -> int:
    """Kinds of sign that agree. A vendor's header says only who serves, so it counts beside another."""
    header = not _is_success(page) and _has_header(headers, vendor.headers)
    shown = _found(vendor.title, page.title.strip()) + _found(vendor.text, page.text)
    # The markup is long, and alone it proves nothing.
    markup = bool(shown or header) and _found(vendor.markup, page.html[:_READ])
    return shown + markup + (header and bool(shown or markup))


def _is_success(page: Page) -> bool:
    return page.status is not None and 200 <= page.status < 300


def _found(pattern: str, text: str) -> bool:
    return bool(pattern) and re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None


def _has_header(headers: dict[str, str], wanted: tuple[tuple[str, str], ...]) -> bool:
    return any(name in headers and _found(pattern, headers[name]) for name, pattern in wanted)
