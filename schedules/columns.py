"""What the columns of a list of institutions mean: header names in English and Latvian."""

from __future__ import annotations

import re

import msgspec

from checks.words import without_diacritics

_NAMES = {
    "url": "url, website, web site, websites, web sites, homepage, home page, web, web address, site,"
    " tīmekļvietne, tīmekļa vietne, tīmekļvietnes, mājaslapa, mājas lapa, mājaslapas, vietne, tīmekļa adrese",
    "more_urls": "other websites, further websites, more websites, other urls, citas tīmekļvietnes,"
    " citas mājaslapas, citas vietnes, pārējās tīmekļvietnes",
    "name": "name, institution, institution name, name of institution, nosaukums, iestāde,"
    " iestādes nosaukums, institūcija, institūcijas nosaukums",
    "registration_number": "registration number, registration no, registration nr, reg number, reg no,"
    " reg nr, regnr, reģistrācijas numurs, reģistrācijas nr, reģ nr, reģ numurs",
    "abbreviation": "abbreviation, short name, acronym, saīsinājums, abreviatūra, saīsinātais nosaukums",
    "kind": "kind, type, institution type, veids, tips, iestādes veids, iestādes tips",
    "sector": "sector, resors, nozare, ministrijas resors, padotība",
    "segments": "segment, segments, segmenti, segmentu saraksts",
    "allowed_hosts": "allowed hosts, extra allowed hosts, extra hosts, other hosts, atļautie domēni,"
    " papildu domēni, citi domēni",
    "social_profiles": "social profiles, known social profiles, social media profiles, social media,"
    " sociālie tīkli, sociālo tīklu profili, zināmie sociālo tīklu profili",
    "language": "language, valoda",
    "notes": "notes, note, remarks, piezīmes, piezīme",
}
_NUMBERS = {
    "services": "services, pakalpojumi",
    "employees": "employees, staff, nodarbinātie, darbinieki",
    "documents": "documents, dokumenti",
    "electronic_documents_share": "electronic share of documents, electronic documents share,"
    " elektronisko dokumentu īpatsvars, elektronisko dokumentu procents, elektronisko dokumentu daļa",
    "transactions": "transactions, service transactions, transakcijas, pakalpojumu transakcijas",
    "electronic_transactions_share": "electronic share of transactions, electronic transactions share,"
    " electronic share of service transactions, elektronisko transakciju īpatsvars,"
    " elektronisko transakciju procents, elektronisko transakciju daļa",
}
_NUMBER_FORM = re.compile(
    r"(?:number|share) of (?P<a>.+)|(?P<b>.+) (?:count|skaits|share|ipatsvars)|(?:skaits|ipatsvars) (?P<c>.+)"
)
_NUMBERED = re.compile(r"(?P<name>.+?) ?(?P<number>\d{1,2})")
_LATVIAN_OF = {"pakalpojumu": "services", "darbinieku": "employees", "nodarbinato": "employees",
               "dokumentu": "documents", "transakciju": "transactions",
               "pakalpojumu transakciju": "transactions"}  # fmt: skip


class Column(msgspec.Struct, frozen=True):
    """What one column holds."""

    field: str
    """A field of `Entry`, `url` or `more_urls`; `numbers` and `attributes` with a name; empty: nothing."""
    name: str = ""

    @property
    def target(self) -> str:
        """What the column sets, to see whether two columns set the same."""
        return self.name or self.field


def column(header: str) -> Column:
    """What a column with that header holds. Letters' case, diacritics, `_`, `-`, `.`, spaces do not matter.

    Numbers for quintiles are the registry's (`services`, `employees`, `documents`, `transactions`, the
    electronic shares of the last two), and whatever is called `number of …`, `… count`, `… skaits`, `… share`
    or `… īpatsvars`. What has no meaning here is an attribute under its header in lower case.
    """
    folded = _folded(header)
    if not folded:
        return Column("")
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    counted = _NUMBER_FORM.fullmatch(folded)
    if counted:
        what = counted["a"] or counted["b"] or counted["c"]
        known = _LATVIAN_OF.get(what) or _BY_NAME.get(what, Column("")).name
        return Column("numbers", known or what.replace(" ", "_"))
    numbered = _NUMBERED.fullmatch(folded)
    if numbered and _BY_NAME.get(numbered["name"]) == Column("url"):
        return Column("url" if int(numbered["number"]) == 1 else "more_urls")
    return Column("attributes", header.strip().lower())


def _folded(text: str) -> str:
    return " ".join(re.split(r"[\s_.\-:]+", without_diacritics(text.casefold()).strip(" \t_.-:*,%()")))


_BY_NAME = {_folded(name): Column(field) for field, names in _NAMES.items() for name in names.split(",")} | {
    _folded(name): Column("numbers", number)
    for number, names in _NUMBERS.items()
    for name in names.split(",")
}
