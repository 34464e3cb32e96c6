"""Names of months in the languages of the region, without diacritics, as beginnings and abbreviations.

A beginning has as many letters as tell it from other words: `dec` would be `decisions`, `mar` `market`.
"""

from __future__ import annotations

from functools import lru_cache

_BEGINNINGS = {
    # Names from Latin: lv, en, et, sv, de, it, es, fr, pt
    1: "janv jaanuar januar janeir",
    2: "febr veebr febbr fevr fevereir",
    3: "marts marta martu martam marzo marz march marco mars",
    4: "april aprel",
    5: "maij maijs mayo maggio",
    6: "junij juni june juuni junio junho giugn juin",
    7: "julij juli july juuli julio julho lugli juil",
    8: "august agost aout",
    9: "septe settem setem",
    10: "oktob octob oktoob ottob outub",
    11: "novem",
    12: "decem detse dezem dicem diciem",
}
_OTHERS = {
    # Other names and scripts: lt, pl, fi, es, it, uk, ru
    1: "saus stycz tammiku ener genna січ январ",
    2: "vasar luty luteg helmiku лют феврал",
    3: "kovo kovas marzec marca maalisku берез март",
    4: "baland kwiet kwiec huhtiku abril avril квіт апрел",
    5: "geguz maja toukoku трав",
    6: "birzel czerw kesaku черв июн",
    7: "liepo liepa lipca lipiec heinaku липн липе июл",
    8: "rugpj sierp eloku серп август",
    9: "rugsej wrzes syysku верес сентябр",
    10: "spali pazdz lokaku жовт октябр",
    11: "lapkri listopad marrasku листоп ноябр",
    12: "gruod grudn grudz joulu груд декабр",
}
_ABBREVIATIONS = {
    1: "jan sty янв gen ene",
    2: "feb lut фев vas",
    3: "mar mrt kov мар",
    4: "apr kwi апр abr avr bal",
    5: "may mai maj mag мая май маи мае geg",
    6: "jun giu cze июн bir",
    7: "jul lug lip июл lie",
    8: "aug ago sie авг rgp",
    9: "sep sept set wrz сен сент rgs",
    10: "oct okt ott paz окт spa out",
    11: "nov lis ноя lap",
    12: "dec dez dic det gru дек des",
}


def _flat(table: dict[int, str]) -> dict[str, int]:
    return {name: number for number, names in table.items() for name in names.split()}


_LONG = sorted((_flat(_BEGINNINGS) | _flat(_OTHERS)).items(), key=lambda item: -len(item[0]))
_SHORT = _flat(_ABBREVIATIONS)
_LONGEST_ENDING = 6


@lru_cache(maxsize=4096)
def month(name: str) -> int:
    """The number of a month's name (casefolded, without diacritics), 1 to 12; 0 for any other word."""
    if number := _SHORT.get(name):
        return number
    fits = (n for start, n in _LONG if name.startswith(start) and len(name) - len(start) <= _LONGEST_ENDING)
    return next(fits, 0)
