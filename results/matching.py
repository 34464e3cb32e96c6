"""Which institution of one run is which of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import msgspec

from checks.sentences import say
from crawler.evidence import Institution
from results.language import N_


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Places of one institution in the two lists."""

    before: int
    after: int
    by: str


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs in the order of the second list, and who is in one list only."""

    pairs: tuple[Pair, ...]
    only_before: tuple[int, ...]
    only_after: tuple[int, ...]


_Key = Callable[[Institution], tuple[str, ...]]


def matched(before: Sequence[Institution], after: Sequence[Institution]) -> Matched:
    """Institutions by registration number, then by name, then by address; each once, the first that fits.

    Names and addresses match nobody who has another registration number. A further website of an
    institution is matched by its address only. Of several with one key the same address goes first.
    """
    old, new = dict(enumerate(before)), dict(enumerate(after))
    pairs: list[Pair] = []
    for by, key in _KEYS:
        for same_address in (True, False):
            pairs += _paired(old, new, by, key, same_address=same_address)
    return Matched(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.after)),
        only_before=tuple(old),
        only_after=tuple(new),
    )


def website(url: str) -> str:
    """What two addresses of one website share: host without `www.`, port, path without its last slash. The
    scheme and the case of the host do not tell websites apart.
    """
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def other_website(before: Institution, after: Institution) -> str:
    """Why two audits of an institution did not look at the same site; empty where they did."""
    if website(before.url) == website(after.url):
        return ""
    return say("another website: {before} against {after}", before=before.url, after=after.url)


def is_meant(institution: Institution, wanted: str) -> bool:
    """Whether a user who types an address, a name, an abbreviation or a registration number means it."""
    said = _folded(wanted)
    names = (institution.registration_number, institution.name, institution.abbreviation)
    return said in {_folded(name) for name in names if name} or website(institution.url) == website(wanted)


def _paired(
    old: dict[int, Institution], new: dict[int, Institution], by: str, key: _Key, *, same_address: bool
) -> list[Pair]:
    """Pairs with an equal key, taken out of both."""
    waiting: dict[tuple[str, ...], list[int]] = {}
    for place, institution in old.items():
        if found := key(institution):
            waiting.setdefault(found, []).append(place)
    pairs = []
    for place, institution in tuple(new.items()):
        candidates = waiting.get(key(institution), ())
        other = next((one for one in candidates if _fits(old, one, institution, same_address)), None)
        if other is not None:
            pairs.append(Pair(before=other, after=place, by=by))
            del old[other], new[place]
    return pairs


def _fits(old: dict[int, Institution], place: int, wanted: Institution, same_address: bool) -> bool:
    if place not in old:
        return False
    numbers = {old[place].registration_number.strip(), wanted.registration_number.strip()} - {""}
    if len(numbers) > 1:
        return False
    return not same_address or website(old[place].url) == website(wanted.url)


def _number(institution: Institution) -> tuple[str, ...]:
    number = institution.registration_number.strip()
    return (number,) if number and not institution.website_of else ()


def _name(institution: Institution) -> tuple[str, ...]:
    name = _folded(institution.name)
    return (name,) if name and not institution.website_of else ()


def _address(institution: Institution) -> tuple[str, ...]:
    return (website(institution.url), "further" if institution.website_of else "first")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


_KEYS: tuple[tuple[str, _Key], ...] = (
    (N_("registration number"), _number),
    (N_("name"), _name),
    (N_("address"), _address),
)
