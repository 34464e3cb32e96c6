"""A thousand small sites that never existed: distinct in text and structure, drawn from a seed.

Sizes follow what was measured on 702 pages of the twelve real sites of the corpora (2026-11-21; HTML bytes,
elements, links and pictures at the same quantile together). Each block of a hundred sites has the same
hundred quantiles in another order, so that hundreds can be compared with each other without the noise of the
draw. How long a server thinks is an assumption, not a measurement: log-normal, median 150 ms, one in twenty
over 0.8 s, which is where Google's Core Web Vitals stop calling a first byte good.
"""

from __future__ import annotations

import math
import random
import re
from functools import lru_cache
from statistics import NormalDist

import msgspec

PORT, TLS_PORT, CLOSED_PORT = 18080, 18443, 18081
BLOCK = 100
QUANTILES = (0.0, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 1.0)
HTML = (2_000, 13_580, 16_059, 32_051, 44_207, 114_962, 161_923, 182_356, 241_478)
ELEMENTS = (100, 170, 203, 385, 486, 706, 844, 982, 1415)
LINKS = (8, 12, 17, 43, 56, 131, 257, 262, 277)
PICTURES = (0, 1, 1, 2, 3, 7, 15, 20, 53)
BROKEN = (
    "unknown_host", "refused", "tls", "http_500", "http_503", "http_403", "http_404", "http_429", "hangs",
    "drips", "redirect_loop", "reset", "empty", "wrong_charset", "giant", "soft_404", "not_html",
    "endless_script", "robots_forbid", "challenge",
)  # fmt: skip
"""One in twenty sites, each way in turn."""
_SYLLABLES = re.findall("..", "kalamirotavinesopadušozirenumabajāēdīgūdžāčēkuģi")
_TOPICS = ("Jaunumi", "Pakalpojumi", "Kontakti", "Par mums", "Padome", "Iepirkumi", "Vakances", "Izglītība")
_STREETS = ("Brīvības", "Skolas", "Pils", "Dzirnavu", "Upes", "Liepu")


class Plan(msgspec.Struct, frozen=True):
    """One site as drawn."""

    number: int
    seed: int
    quantile: float
    pages: int
    thinks: float
    """Seconds before the first byte."""
    broken: str = ""

    @property
    def address(self) -> str:
        """An address of the loopback network of its own."""
        return f"127.{77 + self.number // 62_500}.{self.number // 250 % 250}.{self.number % 250 + 1}"

    @property
    def url(self) -> str:
        """What is audited."""
        special = {
            "unknown_host": f"http://scale-{self.number}.invalid/",
            "refused": f"http://{self.address}:{CLOSED_PORT}/",
            "tls": f"https://{self.address}:{TLS_PORT}/",
        }
        return special.get(self.broken, f"http://{self.address}:{PORT}/")


def plans(sites: int, pages: int, seed: int) -> list[Plan]:
    """The sites, of up to `pages` pages each."""
    chance = random.Random(seed)
    found: list[Plan] = []
    for start in range(0, sites, BLOCK):
        found += _block(start, min(BLOCK, sites - start), pages, chance)
    return found


def _block(start: int, size: int, pages: int, chance: random.Random) -> list[Plan]:
    quantiles = [(place + 0.5) / size for place in range(size)]
    thinking = list(quantiles)
    counts = [1 + place * pages // size for place in range(size)]
    for one in (quantiles, thinking, counts):
        chance.shuffle(one)  # type: ignore[arg-type]  # lists of numbers
    # Never among the last of a block: what hangs would otherwise be waited for alone at the end.
    broken = chance.sample(range(max(1, size - size // 10)), round(size / 20))
    turn = {place: BROKEN[(start // 20 + number) % len(BROKEN)] for number, place in enumerate(broken)}
    return [
        Plan(
            number=start + place,
            seed=chance.getrandbits(32),
            quantile=quantiles[place],
            pages=counts[place],
            thinks=thinks(thinking[place]),
            broken=turn.get(place, ""),
        )
        for place in range(size)
    ]


def thinks(quantile: float) -> float:
    """Seconds at a quantile of the log-normal distribution named above, at most 3."""
    spread = math.log(0.8 / 0.15) / NormalDist().inv_cdf(0.95)
    return min(3.0, 0.15 * math.exp(spread * NormalDist().inv_cdf(quantile)))


def at(quantile: float, values: tuple[int, ...]) -> int:
    """A value between measured quantiles."""
    for low, high, a, b in zip(QUANTILES, QUANTILES[1:], values, values[1:], strict=False):
        if quantile <= high:
            return round(a + (b - a) * (quantile - low) / (high - low))
    return values[-1]


@lru_cache(maxsize=256)
def page(plan: Plan, number: int) -> bytes:
    """Page `number` of a site, 0 the first; always the same."""
    chance = random.Random(plan.seed * 1000 + number)
    style = random.Random(plan.seed)
    words = _Words(chance)
    body = [_navigation(plan, style), f"<main><h1>{words.some(3)}</h1>", _special(plan, number, words)]
    links = at(plan.quantile, LINKS) - plan.pages - len(_TOPICS)
    body += [f"<li><a href='https://cits{plan.number}.example/{n}'>{words.some(2)}</a>" for n in range(links)]
    body += [_picture(plan, n, chance, words) for n in range(at(plan.quantile, PICTURES))]
    elements = at(plan.quantile, ELEMENTS) - 2 * links
    body += [_block_of(chance, words) for _ in range(max(4, elements // 3))]
    text = _head(plan, words, style) + "\n".join(body)
    missing = at(plan.quantile, HTML) - len(text.encode())
    while missing > 0:  # what real pages carry beside their elements: inline data
        text += f"<script type='application/json'>\"{words.some(40)}\"</script>"
        missing = at(plan.quantile, HTML) - len(text.encode())
    return (text + "</main><footer><a href='/p/2'>Kontakti</a></footer></body></html>").encode()


class _Words:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def some(self, count: int) -> str:
        return " ".join(self._chance.choices(_vocabulary(), k=count)).capitalize()


@lru_cache(maxsize=1)
def _vocabulary() -> list[str]:
    chance = random.Random(20_000)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]


def _head(plan: Plan, words: _Words, style: random.Random) -> str:
    lang = style.choice(("lv", "lv", "lv", "en", ""))
    grey = style.randint(60, 190)
    wide = (
        "<meta name=viewport content='width=device-width, initial-scale=1'>" if style.random() < 0.8 else ""
    )
    return (
        f"<!doctype html><html{f' lang={lang}' if lang else ''}><head><meta charset=utf-8>{wide}"
        f"<title>{words.some(2)} {plan.number}</title><link rel=stylesheet href=/site.css><style>"
        f"body{{color:rgb({grey},{grey},{grey});background:#fff;max-width:{style.randint(600, 1200)}px}}"
        "</style></head><body>"
    )


def _navigation(plan: Plan, style: random.Random) -> str:
    topics = style.sample(_TOPICS, k=style.randint(4, len(_TOPICS)))
    links = [f"<a href='/p/{n % max(1, plan.pages)}?{topic}'>{topic}</a>" for n, topic in enumerate(topics)]
    links += [f"<a href='/p/{n}'>Lapa {n}</a>" for n in range(1, plan.pages)]
    search = (
        "<form action=/search><input name=q><button>Meklēt</button></form>" if style.random() < 0.6 else ""
    )
    match style.randint(0, 2):
        case 0:
            return "<nav><ul><li>" + "<li>".join(links) + f"</ul></nav>{search}"
        case 1:
            return "<div class=menu>" + " | ".join(links) + f"</div>{search}"
        case _:
            return f"<header><table><tr><td>{'</td><td>'.join(links)}</td></tr></table>{search}</header>"


def _special(plan: Plan, number: int, words: _Words) -> str:
    if number == 2:
        street = _STREETS[plan.number % len(_STREETS)]
        return (
            f"<h2>Kontakti</h2><p>{street} iela {plan.number % 90 + 1}, Rīga, LV-1010</p>"
            f"<p>Tālrunis: <a href='tel:+371670{plan.number:05}'>670{plan.number:05}</a></p><p>Darba laiks: "
            "pirmdiena–piektdiena 8.30–17.00</p>"
        )
    days = (f"<article><h2>{words.some(3)}</h2><time>{n + 1}.10.2026.</time></article>" for n in range(4))
    return "".join(days) if number == 0 else ""


def _picture(plan: Plan, number: int, chance: random.Random, words: _Words) -> str:
    alt = f" alt='{words.some(2)}'" if chance.random() < 0.7 else ""
    return f"<img src='/i/{number % 6}.svg?{plan.number}' width=120 height=80{alt}>"


def _block_of(chance: random.Random, words: _Words) -> str:
    match chance.randint(0, 5):
        case 0:
            return f"<h{chance.randint(2, 4)}>{words.some(3)}</h{chance.randint(2, 4)}>"
        case 1:
            return f"<table><tr><td>{words.some(2)}<td>{words.some(2)}</table>"
        case 2:
            return f"<label>{words.some(1)} <input></label>" if chance.random() < 0.5 else "<input>"
        case _:
            return f"<div><p>{words.some(12)} <b>{words.some(2)}</b></p></div>"
