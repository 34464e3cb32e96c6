from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import cli
from results.language import Language, _, language, of_environment, speaking, translations
from results.sentence_source import extract

ROOT = Path(__file__).parents[2]
PACKAGES = ("crawler", "checks", "results", "schedules")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", extract), ("**/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")


def said() -> Iterator[tuple[str, ...]]:
    """Every message of the source, with its plural where it has one."""
    for package in PACKAGES:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / package, METHODS, keywords=KEYWORDS
        ):
            yield (message,) if isinstance(message, str) else tuple(filter(None, message))
    yield from ((text,) for text in cli.texts())


def catalogue() -> Catalog:
    with (ROOT / "results/locale/lv/LC_MESSAGES/eindekss.po").open("rb") as file:
        return read_po(file, locale="lv")


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_every_message_of_the_source_is_translated_and_nothing_else_is() -> None:
    catalog = catalogue()
    wanted = {one[0] for one in said()}
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalog if m.id}
    assert sorted(wanted - known) == [], "run `make messages` and translate"
    assert sorted(known - wanted) == []
    empty = [m.id for m in catalog if m.id and (m.fuzzy or not all(forms(m)))]
    assert empty == []


def test_translations_fill_in_the_same_values() -> None:
    for message in catalogue():
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wanted = sorted(set(PLACEHOLDER.findall(ids[-1])))
        for form in forms(message):
            assert sorted(set(PLACEHOLDER.findall(form))) == wanted, message.id


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "lv_LV.UTF-8"}, Language.LV),
        ({"LANG": "lv_LV.UTF-8", "LC_ALL": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "de_DE"}, None),
    ],
)
def test_language_comes_from_the_locale(environ: dict[str, str], expected: Language | None) -> None:
    assert of_environment(environ) is expected


def test_a_language_is_spoken_within_a_block_only() -> None:
    assert language() is Language.EN
    with speaking(Language.LV):
        assert language() is Language.LV
        assert _("") == ""
    assert language() is Language.EN
    assert translations(Language.EN).gettext("anything") == "anything"
