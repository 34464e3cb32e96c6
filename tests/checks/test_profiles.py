from __future__ import annotations

from msgspec.structs import replace

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.social.networks import Network
from checks.social.ownership import accounts
from checks.social.profiles import PURPOSE, judge, plan
from crawler.evidence import Failure, FailureReason, Fetched, FetchResource, Frame, Institution, Place, Site
from tests.checks.build import HOME_URL, NOW, link, page, site

FACEBOOK = "https://www.facebook.com/manaiestade"


def answers(observed: Site) -> dict[str, Answer]:
    given = judge(observed, JudgementSettings()).answers
    assert [answer.code for answer in given] == ["K11M_FB", "K11M_FB_1", "K11M_TW", "K11M_TW_1"]
    return {answer.code: answer for answer in given}


def test_a_link_in_the_footer_is_the_sites_account() -> None:
    home = page(links=(link("", FACEBOOK + "?ref=hl", Place.FOOTER, name="Facebook"),))
    given = answers(site(home))
    assert (given["K11M_FB"].value, given["K11M_FB"].outcome) == (1, Outcome.PASSED)
    assert given["K11M_FB_1"].value == FACEBOOK
    assert given["K11M_FB"].evidence[0].url == HOME_URL


def test_without_a_link_the_answer_stays_open_with_what_was_looked_at() -> None:
    given = answers(site(page(), page("/kontakti")))
    assert given["K11M_FB"].value is None
    assert given["K11M_FB"].outcome is Outcome.CANT_TELL
    assert "2 pages looked at" in given["K11M_FB"].reason
    assert [piece.url for piece in given["K11M_FB"].evidence] == [HOME_URL, HOME_URL + "kontakti"]


def test_share_buttons_and_posts_alone_are_no_account() -> None:
    home = page(
        links=(
            link("", "https://www.facebook.com/sharer.php?u=x", Place.FOOTER),
            link("Dalīties", "https://twitter.com/iestade", Place.FOOTER),
            link("", "https://twitter.com/intent/tweet?url=x", Place.FOOTER),
            link("Ieraksts", "https://www.facebook.com/manaiestade/posts/1", Place.FOOTER),
        )
    )
    given = answers(site(home))
    assert given["K11M_FB"].value is None
    assert given["K11M_TW"].value is None


def test_an_account_in_an_articles_text_is_not_taken_for_the_sites_own() -> None:
    inner = page("/zina", links=(link("ministrijas lapā", "https://x.com/citaministrija", Place.MAIN),))
    given = answers(site(page(), inner))
    assert given["K11M_TW"].value is None
    assert "nothing tells that one is its own" in given["K11M_TW"].reason


def test_a_profile_that_the_list_of_institutions_knows_is_its_own() -> None:
    inner = page("/zina", links=(link("ministrijas lapā", "https://x.com/citaministrija", Place.MAIN),))
    for listed, value in ((("https://twitter.com/CitaMinistrija",), 1), (("https://x.com/other",), None)):
        institution = Institution(url=HOME_URL, social_profiles=listed)
        assert answers(replace(site(page(), inner), institution=institution))["K11M_TW"].value == value


def test_a_handle_like_the_institution_makes_a_link_in_the_text_its_own() -> None:
    inner = page("/zina", links=(link("mūsu lapā", "https://x.com/Iestade_LV", Place.MAIN),))
    assert answers(site(page(), inner))["K11M_TW"].value == 1


def test_the_own_account_stands_before_the_parents() -> None:
    links = (
        link("", "https://x.com/valdiba", Place.FOOTER),
        link("", "https://x.com/iestade", Place.FOOTER),
    )
    found = accounts(site(page(links=links)), Network.X)
    assert [account.reference.handle for account in found] == ["iestade", "valdiba"]
    given = answers(site(page(links=links)))
    assert given["K11M_TW_1"].value == "https://x.com/iestade https://x.com/valdiba"


def test_the_ministrys_account_is_not_the_offices_and_is_the_ministrys() -> None:
    ministry = link("Kultūras ministrija Facebook", "https://www.facebook.com/kulturaslv", Place.FOOTER)
    english = link("X", "https://x.com/CultureMinistry", Place.FOOTER)
    pages = [page(url, links=(ministry, english)) for url in (HOME_URL, "/a", "/b")]

    def values(name: str) -> list[int | str | None]:
        institution = Institution(url=HOME_URL, name=name)
        given = answers(site(*pages, institution=institution))
        return [given["K11M_FB"].value, given["K11M_TW"].value]

    assert values("Tautas mākslas arhīvs") == [None, None]
    assert values("Kultūras ministrija") == [1, 1]


def test_a_long_list_of_accounts_in_the_text_is_a_directory() -> None:
    links = tuple(link(f"V{n}", f"https://x.com/vestnieciba{n}", Place.MAIN) for n in range(12))
    assert answers(site(page(links=links)))["K11M_TW"].value is None


def test_accounts_are_told_from_embeds_and_the_pages_head() -> None:
    plugin = (
        '<div class="fb-page" data-href="https://www.facebook.com/manaiestade" data-tabs="timeline"></div>'
    )
    head = '<meta name="twitter:site" content="@mana_lapa">'
    given = answers(site(page(html=f"<html><head>{head}</head><body>{plugin}</body></html>")))
    assert given["K11M_FB_1"].value == FACEBOOK
    assert given["K11M_TW_1"].value == "https://x.com/mana_lapa"


def test_accounts_are_told_from_json_ld_but_not_a_persons() -> None:
    def with_json(kind: str) -> Site:
        script = f'{{"@graph": [{{"@type": "{kind}", "sameAs": ["{FACEBOOK}"]}}]}}'
        return site(page(html=f'<script type="application/ld+json">{script}</script>'))

    assert answers(with_json("GovernmentOrganization"))["K11M_FB"].value == 1
    assert answers(with_json("Person"))["K11M_FB"].value is None


def test_a_page_plugin_in_a_frame_names_the_account() -> None:
    url = "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Fmanaiestade"
    assert answers(site(page(frames=(Frame(url=url),))))["K11M_FB_1"].value == FACEBOOK


def test_a_page_plugin_that_was_not_loaded_names_the_account_all_the_same() -> None:
    src = "//www.facebook.com/plugins/likebox.php?href=http%3A%2F%2Fpl-pl.facebook.com%2Fmanaiestade&amp;w=2"
    assert answers(site(page(html=f'<iframe src="{src}"></iframe>')))["K11M_FB_1"].value == FACEBOOK


def test_an_old_like_box_names_the_account() -> None:
    box = '<fb:like-box href="https://www.facebook.com/manaiestade?fref=ts" width="190"></fb:like-box>'
    assert answers(site(page(html=box)))["K11M_FB_1"].value == FACEBOOK


def test_a_plugin_in_a_comment_is_switched_off() -> None:
    plugin = '<div class="fb-page" data-href="https://www.facebook.com/manaiestade"></div>'
    assert answers(site(page(html=f"<body><!-- {plugin} --></body>")))["K11M_FB"].value is None


def test_repeating_on_every_page_makes_it_surer() -> None:
    links = (link("", FACEBOOK, Place.FOOTER),)
    once = answers(site(page(links=links), page("/a"), page("/b")))["K11M_FB"].confidence
    always = answers(site(page(links=links), page("/a", links=links), page("/b", links=links)))
    assert always["K11M_FB"].confidence > once


def test_the_institutions_name_counts_even_where_its_domain_does_not() -> None:
    institution = Institution(url=HOME_URL, name="Valsts ieņēmumu dienests", abbreviation="VID")
    inner = page("/a", links=(link("lapā", "https://x.com/Valsts_ienemumi", Place.MAIN),))
    assert answers(site(page(), inner, institution=institution))["K11M_TW"].value == 1


def signpost_site(*observations: Fetched) -> Site:
    home = page(links=(link("Facebook", "/facebook.asp", Place.FOOTER),))
    return site(home, observations=observations)


def test_the_sites_own_redirect_is_asked_where_it_leads() -> None:
    planned = FetchResource(url=HOME_URL + "facebook.asp", purpose=PURPOSE)
    assert plan(signpost_site()) == (planned,)
    led = Fetched(plan=planned, fetched_at=NOW, final_url=FACEBOOK + "/", status=200)
    assert answers(signpost_site(led))["K11M_FB_1"].value == FACEBOOK
    assert plan(signpost_site(led)) == ()


def test_a_redirect_that_could_not_be_followed_is_less_sure_and_one_that_stays_is_none() -> None:
    planned = FetchResource(url=HOME_URL + "facebook.asp", purpose=PURPOSE)
    failed = Fetched(plan=planned, fetched_at=NOW, failure=Failure(FailureReason.HTTP_404))
    given = answers(signpost_site(failed))["K11M_FB"]
    assert given.value == 1
    assert given.confidence < 0.8
    stayed = Fetched(plan=planned, fetched_at=NOW, final_url=planned.url, status=200)
    assert answers(signpost_site(stayed))["K11M_FB"].value is None


def test_a_news_item_about_a_network_is_no_signpost() -> None:
    home = page(links=(link("Facebook drošība bērniem", "/facebook-drosiba-berniem"),))
    assert plan(site(home)) == ()


def test_a_front_page_that_failed_cannot_tell() -> None:
    failed = page(failure=Failure(FailureReason.TIMEOUT), html="")
    assert {answer.outcome for answer in answers(site(failed)).values()} == {Outcome.CANT_TELL}
    assert plan(site(failed)) == ()
