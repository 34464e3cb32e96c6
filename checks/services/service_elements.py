"""Which of the five elements that clients rated a service page has, each with the words that say so.

The elements are those of the Ministry of Foreign Affairs' survey: (1) name and short description, (2)
provider and contact information, (3) documents and forms, (4) steps and conditions, (5) legal basis and how
to dispute. An element is told by a heading or label that names it and has text under it, or by words of a
sentence that say it. What the front page holds too (header, footer) is not the service's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from checks import terms
from checks.contacts.channels import Channel, channels
from checks.finding import Instance
from checks.presence.sections import is_document
from checks.sentences import quoted, say, word
from checks.standard.blocks import Block, Found, blocks
from crawler.evidence import Link, Page, Place

NAME, CONTACTS, DOCUMENTS = "name_description", "provider_contacts", "documents_forms"
STEPS, LEGAL = "steps_conditions", "legal_basis_dispute"
ELEMENTS = (NAME, CONTACTS, DOCUMENTS, STEPS, LEGAL)
_SHORTEST_DESCRIPTION = 40
"""Characters of a paragraph that says what the service is."""
_SHORTEST_SENTENCE = 30
"""Characters of a piece of running text; a shorter one is a link or a label."""
_LABEL = 0.3
"""Share of a heading's words that must be the term's."""
_LONGEST_LABEL = 90


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """One element on one page."""

    name: str
    is_there: bool
    instance: Instance
    """The words that say so; where it is missing, what was looked at."""


class _Own(msgspec.Struct, frozen=True):
    """What of a page is its own."""

    page: Page
    blocks: tuple[Block, ...]
    channels: tuple[Channel, ...]
    links: tuple[Link, ...]


def elements(page: Page, home: Page | None) -> tuple[Element, ...]:
    """All five, in their order; what `home` holds too is taken for the site's frame."""
    own = _own(page, home)
    quotes = {
        NAME: _name(own),
        CONTACTS: _contacts(own),
        DOCUMENTS: _said(own, "service_documents") or _form(own),
        STEPS: _said(own, "service_steps"),
        LEGAL: _legal(own),
    }
    return tuple(_element(own, name, quotes[name]) for name in ELEMENTS)


def _element(own: _Own, name: str, quote: Instance | None) -> Element:
    missing = say("legal basis and how to dispute are not both there") if name == LEGAL else say("not found")
    url = own.page.final_url or own.page.url
    return Element(
        name=name,
        is_there=quote is not None,
        instance=quote or Instance(url=url, message=say("{missing} here", missing=missing)),
    )


def _own(page: Page, home: Page | None) -> _Own:
    frame = {block.text for block in blocks(home)} if home and home is not page else set()
    # The front page links to services by name: a service's own heading is none of the frame.
    frame -= {block.text for block in blocks(page) if block.level == 1}
    shared = {link.href for link in home.links} if home and home is not page else set()
    return _Own(
        page=page,
        blocks=tuple(block for block in blocks(page) if block.text not in frame),
        channels=tuple(
            one for one in channels(page) if one.text not in frame and not _is_shared(one, shared)
        ),
        links=tuple(one for one in page.links if one.href not in shared and one.place in _INSIDE),
    )


_INSIDE = frozenset({Place.MAIN, Place.BODY, Place.ASIDE})


def _is_shared(one: Channel, shared: set[str]) -> bool:
    return any(one.text.endswith(f"→ {href}") for href in shared)


def _name(own: _Own) -> Instance | None:
    """The main heading with a paragraph of its own after it."""
    names = [at for at, block in enumerate(own.blocks) if block.level == 1]
    for block in own.blocks[names[0] + 1 :] if names else ():
        if not block.level and len(block.text) >= _SHORTEST_DESCRIPTION:
            name = own.blocks[names[0]].text
            quote = f"{name}: {block.text[:160]}"
            return Found(own.page, block).instance(quote, say("name and description"))
        if block.level == 1:
            return None
    return None


def _contacts(own: _Own) -> Instance | None:
    """A phone or address of its own, or a label that names the provider with text under it."""
    for channel in own.channels:
        return channel.instance(say("{means} {value}", means=word(channel.means), value=channel.value))
    return _labelled(own, "service_provider")


def _said(own: _Own, concept: str) -> Instance | None:
    return _labelled(own, concept) or _in_a_sentence(own, concept)


def _labelled(own: _Own, concept: str) -> Instance | None:
    """A heading or label that names the concept, with the text that follows it."""
    for block, after in pairwise(own.blocks):
        if block.level == 1 or len(block.text) > _LONGEST_LABEL or (after.level and not block.level):
            continue
        match = terms.match(concept, block.text)
        is_label = bool(block.level) or block.text.endswith(":") or after.heading == block.text
        if match and match.coverage >= _LABEL and is_label and not after.level:
            said = f"{block.text.rstrip(':')}: {after.text[:160]}"
            return Found(own.page, block).instance(said, quoted(f"“{match.term}”"))
    return None


def _in_a_sentence(own: _Own, concept: str) -> Instance | None:
    """A piece of running text that says it; lone words and links are no sentence."""
    for block in own.blocks:
        if not block.level and len(block.text) >= _SHORTEST_SENTENCE:
            for sentence in _sentences(block.text):
                if match := terms.match(concept, sentence):
                    return Found(own.page, block).instance(sentence[:240], quoted(f"“{match.term}”"))
    return None


def _sentences(text: str) -> Iterator[str]:
    """Pieces between full stops before a capital letter, line ends and cells."""
    start = 0
    for at in range(1, len(text) - 2):
        is_end = text[at] in "\n|" or (text[at] in ".!?;" and text[at + 1] == " " and text[at + 2].isupper())
        if is_end:
            yield text[start : at + 1].strip()
            start = at + 1
    yield text[start:].strip()


def _form(own: _Own) -> Instance | None:
    """A link to a document that is named for a form."""
    for link in own.links:
        if is_document(link.href) and terms.mentions("service_documents", link.text):
            said = f"{link.text} → {link.href}"
            return Instance(
                url=own.page.final_url or own.page.url,
                selector=link.selector,
                snippet=said,
                message=say("a form"),
            )
    return None


def _legal(own: _Own) -> Instance | None:
    """Both parts: the legal acts, and how to contest the decision."""
    basis, dispute = _said(own, "legal_basis"), _said(own, "dispute")
    if basis is None or dispute is None:
        return None
    return msgspec.structs.replace(basis, snippet=_joined([basis.snippet, dispute.snippet]))


def _joined(quotes: Sequence[str]) -> str:
    return " … ".join(dict.fromkeys(quotes))
