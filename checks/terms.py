"""Terms by concept and language, as data in `checks/terms/*.toml`, and matching a text against them.

A file holds `concept`, `note` and a table a language with:

- `stems`: in Latvian words compared by their stem, elsewhere beginnings of words;
- `phrases`: words as they stand (verb forms, short words);
- `whole`: words that must be the whole text, since inside a sentence they mean too much;
- `negative`: beginnings of words that void a match in the same text;
- `slugs`: last path segments, without diacritics;
- `parts`: pieces of ids, classes and field names, where words run together (`headersearchbox`);
- `seen`: where a term was seen; a term that is not there was not.

The words of a term may have at most two others between each other.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from checks.remember import for_a_site
from checks.words import (
    Word,
    fold,
    last_segment,
    path_segments,
    slug_words,
    split,
    without_diacritics,
    words,
)

MAX_GAP = 2
_LONG = 1500
"""Characters of a text whose words are worth remembering."""
_HEAD = 3
"""Letters by which most words are told from every term. No Latvian stem is shorter, but where a `j` of
palatalisation goes; and none differs from its word, both without diacritics, in the first three.
"""


class How(StrEnum):
    """In which way a term was met."""

    WHOLE = "whole"
    PHRASE = "phrase"
    STEM = "stem"
    SLUG = "slug"


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A term of a concept met in a text or an address."""

    concept: str
    language: str
    term: str
    how: How
    coverage: float
    """Share of the text's words that are the term's, 0 to 1: a menu entry has about 1, a headline
    that only mentions the concept little."""


class LanguageTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's table in a term file."""

    stems: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    seen: dict[str, str] = msgspec.field(default_factory=dict)


class _Term(msgspec.Struct, frozen=True):
    term: str
    language: str
    how: How
    words: tuple[str, ...]
    prefix: bool
    """Compared as the beginning of a word."""
    stemmed: bool
    """Compared by Latvian stem."""


class _Concept(msgspec.Struct, frozen=True):
    name: str
    by_word: Mapping[str, tuple[_Term, ...]]
    by_stem: Mapping[str, tuple[_Term, ...]]
    by_prefix: Mapping[str, tuple[_Term, ...]]
    heads: frozenset[str]
    """First three letters of every word that may begin a term (of a shorter one: the word)."""
    short_heads: tuple[str, ...]
    """Beginnings of one or two letters."""
    prefix_lengths: tuple[int, ...]
    negative: Mapping[str, tuple[_Term, ...]]
    """By the beginning of their first word."""
    negative_lengths: tuple[int, ...]
    slugs: Mapping[tuple[str, ...], _Term]


def match(concept: str, text: str) -> Match | None:
    """The best term of the concept in a short text (link text, label, heading), or None."""
    return _best(_concept(concept), words(text)) if text else None


def match_long(concept: str, text: str) -> Match | None:
    """As `match`, for the text of a page; negative terms don't count there."""
    known = _concept(concept)
    if len(text) < _LONG:
        return _best(known, split(text), negative=False)
    return _best(known, _read(text), negative=False)


@for_a_site(64)
def _read(text: str) -> tuple[Word, ...]:
    """A long text's words: all concepts are looked for in the same pages."""
    return split(text)


def mentions(concept: str, text: str) -> bool:
    """Whether a short text holds a term at all, even where another word gives it another meaning."""
    return _best(_concept(concept), words(text), negative=False) is not None


def match_slug(concept: str, url: str) -> Match | None:
    """Whether the last named segment of the address's path is a slug of the concept."""
    return _slug(_concept(concept), last_segment(url))


def path_mentions(concept: str, url: str) -> bool:
    """Whether any segment of the path is a slug of the concept: `/search/`, `/en/search/node`."""
    return any(_slug(_concept(concept), slug_words(segment)) for segment in path_segments(url))


def match_part(concept: str, attributes: str) -> str:
    """The piece of an id, class or field name that means the concept, or an empty string."""
    text = without_diacritics(fold(attributes))
    pieces, foreign = _parts(concept)
    for word in foreign:
        text = text.replace(word, "")
    return next((piece for piece in pieces if piece in text), "")


@cache
def _parts(concept: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The concept's pieces, and the negative words that hold one of them (`research`)."""
    by_language = tables(concept).values()
    pieces = tuple(piece for table in by_language for piece in table.parts)
    negative = (word for table in by_language for word in table.negative if " " not in word)
    return pieces, tuple(word for word in negative if any(piece in word for piece in pieces))


@cache
def concepts() -> tuple[str, ...]:
    """Names of all concepts, sorted."""
    return tuple(sorted(_files()))


@cache
def tables(concept: str) -> Mapping[str, LanguageTerms]:
    """The concept's tables by language code; KeyError for an unknown concept."""
    raw = tomllib.loads(_files()[concept].decode())
    return {
        code: msgspec.convert(table, LanguageTerms) for code, table in raw.items() if isinstance(table, dict)
    }


@cache
def hash() -> str:  # noqa: A001 -- read as `terms.hash()`
    """SHA-256 over all term files, 64 hexadecimal digits: part of a judgement's version."""
    digest = hashlib.sha256()
    for name, content in sorted(_files().items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


@cache
def _files() -> dict[str, bytes]:
    folder = files("checks") / "terms"
    return {
        entry.name.removesuffix(".toml"): entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


@cache
def _concept(name: str) -> _Concept:
    terms, negative, slugs = _compiled(tables(name))
    begin = {(term.words[0], term.prefix or term.stemmed) for term in terms}
    return _Concept(
        name=name,
        by_word=_index([term for term in terms if not term.prefix and not term.stemmed]),
        by_stem=_index([term for term in terms if term.stemmed]),
        by_prefix=_index([term for term in terms if term.prefix]),
        heads=frozenset(word[:_HEAD] for word, is_open in begin if len(word) >= _HEAD or not is_open),
        short_heads=tuple(sorted({word for word, is_open in begin if len(word) < _HEAD and is_open})),
        prefix_lengths=tuple(sorted({len(term.words[0]) for term in terms if term.prefix})),
        negative=_index(negative),
        negative_lengths=tuple(sorted({len(term.words[0]) for term in negative})),
        slugs={slug.words: slug for slug in reversed(slugs)},
    )


def _compiled(by_language: Mapping[str, LanguageTerms]) -> tuple[list[_Term], list[_Term], list[_Term]]:
    terms: list[_Term] = []
    negative: list[_Term] = []
    slugs: list[_Term] = []
    for language, table in by_language.items():
        stem_kind = {"stemmed": True} if language == "lv" else {"prefix": True}
        terms += [_term(term, language, How.STEM, **stem_kind) for term in table.stems]
        terms += [_term(term, language, How.PHRASE) for term in table.phrases]
        terms += [_term(term, language, How.WHOLE) for term in table.whole]
        negative += [_term(term, language, How.PHRASE, prefix=True) for term in table.negative]
        slugs += [_Term(slug, language, How.SLUG, slug_words(slug), False, False) for slug in table.slugs]
    return terms, negative, slugs


def _term(text: str, language: str, how: How, *, prefix: bool = False, stemmed: bool = False) -> _Term:
    parts = tuple(word.stem if stemmed else word.plain for word in split(text))
    return _Term(text, language, how, parts, prefix, stemmed)


def _index(terms: Sequence[_Term]) -> dict[str, tuple[_Term, ...]]:
    found: dict[str, list[_Term]] = {}
    for term in terms:
        found.setdefault(term.words[0], []).append(term)
    return {key: tuple(values) for key, values in found.items()}


def _best(concept: _Concept, text: Sequence[Word], *, negative: bool = True) -> Match | None:
    best: Match | None = None
    heads, short = concept.heads, concept.short_heads
    for at, word in enumerate(text):
        if word.plain[:_HEAD] not in heads and not (short and word.plain.startswith(short)):
            continue
        for term in _starting(concept, word):
            if not _continues(term, text, at):
                continue
            if term.how is How.WHOLE and len(term.words) != len(text):
                continue
            coverage = len(term.words) / len(text)
            if best is None or coverage > best.coverage:
                best = Match(
                    concept=concept.name,
                    language=term.language,
                    term=term.term,
                    how=term.how,
                    coverage=coverage,
                )
    if best and negative and _is_voided(concept, text):
        return None
    return best


def _starting(concept: _Concept, word: Word) -> tuple[_Term, ...]:
    """Terms of the concept that may begin with the word."""
    found = [*concept.by_word.get(word.plain, ()), *concept.by_stem.get(word.stem, ())]
    for length in concept.prefix_lengths:
        found += concept.by_prefix.get(word.plain[:length], ())
    return tuple(found)


def _continues(term: _Term, text: Sequence[Word], at: int) -> bool:
    """Whether the term's further words follow, each within the gap."""
    if len(term.words) == 1:
        return True
    position = at
    for wanted in term.words[1:]:
        window = range(position + 1, min(position + 2 + MAX_GAP, len(text)))
        found = next((i for i in window if _is_word(term, wanted, text[i])), None)
        if found is None:
            return False
        position = found
    return True


def _is_word(term: _Term, wanted: str, word: Word) -> bool:
    if term.stemmed:
        return word.stem == wanted
    return word.plain.startswith(wanted) if term.prefix else word.plain == wanted


def _is_voided(concept: _Concept, text: Sequence[Word]) -> bool:
    return any(
        _continues(term, text, at)
        for at, word in enumerate(text)
        for length in concept.negative_lengths
        for term in concept.negative.get(word.plain[:length], ())
    )


def _slug(concept: _Concept, segment: tuple[str, ...]) -> Match | None:
    term = concept.slugs.get(segment)
    if term is None:
        return None
    return Match(concept=concept.name, language=term.language, term=term.term, how=How.SLUG, coverage=1.0)
