"""M12: whether a client can get advice online at once, by chat, Skype or another messenger.

A vendor's script or frame, a widget or control named for a chat, and links that open a conversation count.
A program that answers alone (a bot) is told apart: the study asks for consultation, so it is answered 1
with little confidence and says what it is, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, counted_pages, first_of_each, unobserved
from checks.check import Check, JudgementSettings
from checks.contacts.chat_widgets import BOT, CHAT, Sign, has_tag_manager, skype_names, widgets
from checks.contacts.messengers import messenger
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from crawler.evidence import Page, Place, Site

CODE = "M12"
HAS, HAS_NOT = 1, 2
_ONLY_A_BOT = 0.6
_SURE_OF_NONE = 0.85
_LATER = 0.7
"""Confidence of "none" where a tag manager may load a chat after consent, which is never given."""


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M12: 1 there is a chat or messenger, 2 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    pages = evaluable_pages(site)
    signs = [sign for page in pages for sign in (*widgets(page), *_messengers(page), *skype_names(page))]
    shown = _once([sign for sign in signs if sign.visible])
    if shown:
        return _has(shown)
    if hidden := _once(signs):
        reason = say("A chat is in the page but does not show; it may be closed at this hour.")
        return cant_tell(CODE, reason, [sign.instance() for sign in hidden])
    return _none(pages)


def _has(shown: Sequence[Sign]) -> Answer:
    people = [sign for sign in shown if sign.kind == CHAT]
    best = max(people or shown, key=lambda sign: sign.confidence)
    evidence = [sign.instance() for sign in sorted(shown, key=lambda sign: -sign.confidence)]
    if not people:
        reason = say("Only a bot: {what}. Whether that is consultation, a person decides.", what=best.what)
        return answered(CODE, HAS, _ONLY_A_BOT, reason, evidence)
    return answered(
        CODE, HAS, best.confidence, say("Advice can be had online: {what}.", what=best.what), evidence
    )


def _none(pages: Sequence[Page]) -> Answer:
    looked = [
        Instance(
            url=page.final_url or page.url,
            message=say(
                "{resources} outside resources, {frames} frames, {controls} controls and {links} "
                "links: no chat",
                resources=len(page.resources),
                frames=len(page.frames),
                controls=len(page.controls),
                links=len(page.links),
            ),
        )
        for page in pages
    ]
    mentioned = [_mention(page) for page in pages if terms.match_long("chat", page.text)]
    if mentioned:
        reason = say("The text mentions a chat, but nothing on the pages looked at opens one.")
        return cant_tell(CODE, reason, [*mentioned, *looked])
    confidence = _LATER if any(map(has_tag_manager, pages)) else _SURE_OF_NONE
    counted = counted_pages(len(pages))
    reason = say("No chat, widget or messenger on {counted_pages} looked at.", counted_pages=counted)
    if confidence == _LATER:
        reason = say(
            "No chat, widget or messenger on {counted_pages} looked at; a tag manager may load one after "
            "consent.",
            counted_pages=counted,
        )
    return answered(CODE, HAS_NOT, confidence, reason, looked)


def _mention(page: Page) -> Instance:
    found = terms.match_long("chat", page.text)
    said = found.term if found else ""
    return Instance(url=page.final_url or page.url, snippet=said, message=say("the text mentions it"))


def _messengers(page: Page) -> Iterator[Sign]:
    for link in page.links:
        found = messenger(link.href)
        if found is None or (terms.match("share", link.text or link.name) is not None):
            continue
        in_frame = link.place not in {Place.MAIN, Place.BODY}
        yield Sign(
            kind=BOT if found.is_bot else CHAT,
            what=say("a link opens a conversation in {name}", name=found.name),
            confidence=0.85 if in_frame else 0.8,
            url=page.final_url or page.url,
            selector=link.selector,
            snippet=f"{link.text or link.name} → {link.href}",
            visible=link.visible,
            rect=link.rect,
        )


def _once(signs: Sequence[Sign]) -> list[Sign]:
    """Each sign once: menus repeat them on every page."""
    return first_of_each(signs, lambda sign: (sign.what, sign.snippet))


CHECK = Check(
    id="online_consultation",
    version=1,
    codes=(CODE,),
    title="Online consultation",
    basis="e-index 2017, M12; reference social-and-presence 3.4",
    judge=judge,
)
