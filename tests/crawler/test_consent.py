from __future__ import annotations

from msgspec.structs import replace

from crawler.evidence import Consent, ConsentOutcome, ConsentRecord
from tests.crawler.observed_pages import SETTINGS, a_browser, desktop, phone
from tests.crawler.page_server import Handler, Route, serving

GOES = "document.querySelector('#b').remove(); document.cookie = 'said=' + this.textContent"
TEXT = "Šī vietne izmanto sīkdatnes, lai darbotos."


def banner(controls: str, *, text: str = TEXT, attributes: str = "style='position:fixed;bottom:0'") -> str:
    return f"<div id=b {attributes}><p>{text}</p>{controls}</div>"


def page(body: str) -> Route:
    def route(handler: Handler) -> None:
        said = "" if "said=" in handler.headers.get("Cookie", "") else body
        head = "<!doctype html><html lang=lv><meta charset=utf-8><title>Lapa</title>"
        handler.answer(f"{head}<h1>Lapa</h1><p>Saturs</p>{said}")

    return route


LV = banner(
    f'<button onclick="{GOES}">Piekrītu</button><button>Iestatījumi</button>'
    f'<button onclick="{GOES}">Nepiekrītu</button>'
)
RU = banner(
    f'<a href="#" onclick="{GOES}">Только необходимые</a> <a href="/more">Подробнее</a>',
    text="Мы используем файлы cookie.",
    attributes="role=dialog",
)
INFORMS = banner('<button>Sapratu</button><a href="/politika">Uzzināt vairāk</a>')
STAYS = banner("<button>Reject all</button>", text="We use cookies.")
POSTS = banner("<form method=post action='/posted'><button>Noraidīt</button></form>")
COVERED = banner("<button>Noraidīt</button>") + (
    "<div style='position:fixed;inset:0;z-index:9'>Uzmanību</div>"
)
SHADOW = (
    "<div id=usercentrics-root></div><script>"
    "const root = document.querySelector('#usercentrics-root').attachShadow({ mode: 'open' });"
    "root.innerHTML = '<div style=\"position:fixed;bottom:0\">Privacy '"
    " + '<button data-testid=uc-deny-all-button>Deny</button></div>';"
    "root.querySelector('button').onclick = () => { root.innerHTML = ''; document.cookie = 'said=x'; };"
    "</script>"
)
ONETRUST = (
    "<div id=onetrust-banner-sdk style='position:fixed;bottom:0'>Mēs rūpējamies par jūsu privātumu "
    '<button id=onetrust-reject-all-handler onclick="this.parentNode.remove()">Nē</button></div>'
)
TCF = "<iframe name=__tcfapiLocator style='display:none'></iframe>"
IN_FRAME = "<p>Mēs izmantojam sīkdatnes.</p><button onclick='parent.postMessage(1, `*`)'>Noraidīt</button>"
OF_NOTHING = "<p>Uzraksti mums!</p><button>Sūtīt</button>"


def framing(address: str, over: str = "") -> str:
    """A page with a banner in a frame, which goes when the frame says so."""
    return TCF + (
        "<div style='position:fixed;inset:auto 0 20px 30px'><iframe id=cmp title='Sīkdatņu izvēle' "
        f"style='border:5px solid' src='{address}'></iframe></div>{over}"
        "<script>addEventListener('message', () => document.querySelector('#cmp').remove())</script>"
    )


NONE = "<dialog open>Darba laiks svētkos <button>Labi</button></dialog>"
MENU = "<nav style='position:fixed;top:0'><a href='/sikdatnes'>Sīkdatnes</a><button>Izvēlne</button></nav>"


async def test_a_banner_is_answered_as_ordered_once_and_told_and_the_page_is_measured_after_it() -> None:
    settings = replace(SETTINGS, consent=Consent.REJECT)
    routes = {"/": page(LV), "/stays": page(STAYS), "/ru": page(RU), "/none": page(NONE + MENU)}
    with serving(routes) as server:
        async with a_browser(settings) as browser:
            async with browser.site_context() as context:
                first = await desktop(context, f"{server.url}/none", settings)
                answered = await desktop(context, f"{server.url}/", settings)
                again = await desktop(context, f"{server.url}/", settings)
            async with browser.site_context() as context:
                stays = await desktop(context, f"{server.url}/stays", settings)
                later = await desktop(context, f"{server.url}/stays", settings)
            async with browser.site_context(phone=True) as context:
                small = await phone(context, f"{server.url}/ru", settings)
            accepting = replace(settings, consent=Consent.ACCEPT)
            async with browser.site_context() as context:
                accepted = await desktop(context, f"{server.url}/", accepting)
            async with browser.site_context() as context:
                ignored = await desktop(context, f"{server.url}/", SETTINGS)
    assert first.consent == ConsentRecord(
        wish=Consent.REJECT, outcome=ConsentOutcome.NOT_FOUND, url=f"{server.url}/none"
    )
    assert answered.consent is not None
    assert answered.consent.text.startswith(TEXT)
    assert answered.consent == ConsentRecord(
        wish=Consent.REJECT,
        outcome=ConsentOutcome.GONE,
        url=f"{server.url}/",
        banner="#b",
        text=answered.consent.text,
        clicked="Nepiekrītu",
        selector="#b > button:nth-of-type(3)",
        others=("Piekrītu", "Iestatījumi"),
    )
    assert "sīkdatnes" not in answered.html
    assert answered.axe is not None
    assert again.consent is not None
    assert again.consent.outcome is ConsentOutcome.NOT_FOUND
    assert [one.consent and one.consent.outcome for one in (stays, later)] == [ConsentOutcome.STILL_OPEN] * 2
    assert (stays.consent and stays.consent.clicked, later.consent and later.consent.clicked) == (
        "Reject all",
        "",
    )
    assert small.consent is not None
    assert (small.consent.outcome, small.consent.clicked, small.consent.on_phone) == (
        ConsentOutcome.GONE,
        "Только необходимые",
        True,
    )
    assert accepted.consent is not None
    assert accepted.consent.clicked == "Piekrītu"
    assert ignored.consent is None
    assert "sīkdatnes" in ignored.html


async def test_what_must_not_or_cannot_be_clicked_is_told_and_left() -> None:
    settings = replace(SETTINGS, consent=Consent.REJECT)
    bodies = {"/informs": INFORMS, "/posts": POSTS, "/covered": COVERED}
    bodies |= {"/shadow": SHADOW, "/onetrust": ONETRUST, "/tcf": TCF + NONE}
    seen: dict[str, ConsentRecord] = {}
    with serving({path: page(body) for path, body in bodies.items()}) as server:
        async with a_browser(settings) as browser:
            for path in bodies:
                async with browser.site_context() as context:
                    shown = await desktop(context, server.url + path, settings)
                    assert shown.consent is not None
                    seen[path] = shown.consent
    assert seen["/informs"].outcome is ConsentOutcome.NOT_POSSIBLE
    assert seen["/informs"].others == ("Sapratu", "Uzzināt vairāk")
    assert seen["/informs"].reason == "no control says that it rejects"
    assert seen["/posts"].reason == "Noraidīt: it would send a form by POST"
    assert seen["/covered"].reason == "Noraidīt: something lies over it"
    assert (seen["/shadow"].vendor, seen["/shadow"].outcome) == ("Usercentrics", ConsentOutcome.GONE)
    assert (seen["/onetrust"].vendor, seen["/onetrust"].clicked) == ("OneTrust", "Nē")
    assert (seen["/tcf"].outcome, seen["/tcf"].tcf) == (ConsentOutcome.NOT_FOUND, True)
    assert not seen["/onetrust"].tcf
    assert [method for method, _ in server.asked if method != "GET"] == []


async def test_a_banner_in_a_frame_of_any_host_is_answered_by_one_click_in_it() -> None:
    settings = replace(SETTINGS, consent=Consent.REJECT)
    frames = {"/in": page(IN_FRAME), "/chat": page(OF_NOTHING)}
    seen: dict[str, ConsentRecord] = {}
    with serving(frames) as other, serving(frames) as server:
        foreign = f"{other.localhost}/in"
        bodies = {
            "/own": framing("/in"),
            "/foreign": framing(foreign),
            "/covered": framing(foreign, "<div style='position:fixed;inset:0;z-index:9'>Uzmanību</div>"),
            "/chat-over": framing("/chat"),
        }
        server.routes = frames | {path: page(body) for path, body in bodies.items()}
        async with a_browser(settings) as browser:
            for path in bodies:
                async with browser.site_context() as context:
                    shown = await desktop(context, server.url + path, settings)
                    assert shown.consent is not None
                    assert shown.axe is not None
                    assert shown.axe.frames_untested == ()
                    seen[path] = shown.consent
    for path in ("/own", "/foreign"):
        record = seen[path]
        assert (record.outcome, record.banner, record.clicked) == (ConsentOutcome.GONE, "#cmp", "Noraidīt")
        assert (record.tcf, record.text) == (True, "Lapa Saturs Mēs izmantojam sīkdatnes. Noraidīt")
    assert seen["/covered"].reason == "Noraidīt: something lies over it"
    assert seen["/chat-over"].outcome is ConsentOutcome.NOT_POSSIBLE
    assert seen["/chat-over"].reason == "its frame has no control that answers"
