from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.social.networks import Kind, Network, classify, classify_on

PROFILES = [
    ("https://www.facebook.com/iestade", "facebook", "iestade"),
    ("http://facebook.com/Iestade.LV/", "facebook", "Iestade.LV"),
    ("https://lv-lv.facebook.com/iestade?ref=hl&fbclid=abc", "facebook", "iestade"),
    ("https://m.facebook.com/iestade", "facebook", "iestade"),
    ("https://www.facebook.com/profile.php?id=100012345678", "facebook", "100012345678"),
    ("https://www.facebook.com/pages/Pils%C4%93tas-muzejs/187178294672651", "facebook", "187178294672651"),
    ("https://www.facebook.com/pages/category/Museum/Muzejs-187178294672651/", "facebook", "187178294672651"),
    ("https://www.facebook.com/p/Muzejs-100064512345678/", "facebook", "100064512345678"),
    ("https://www.facebook.com/people/Muzejs/100064512345678/", "facebook", "100064512345678"),
    ("https://www.facebook.com/Nov%C4%81ds-165517637190911/", "facebook", "165517637190911"),
    ("https://www.facebook.com/pg/iestade/about/", "facebook", "iestade"),
    ("https://www.facebook.com/iestade/photos/", "facebook", "iestade"),
    ("https://fb.com/iestade", "facebook", "iestade"),
    ("https://m.me/iestade", "facebook", "iestade"),
    (
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Fiestade&tabs=timeline",
        "facebook",
        "iestade",
    ),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.com%2Fiestade&h=AT0", "x", "iestade"),
    ("https://twitter.com/iestade", "x", "iestade"),
    ("http://www.twitter.com/#!/iestade", "x", "iestade"),
    ("https://mobile.twitter.com/@iestade?lang=lv", "x", "iestade"),
    ("https://x.com/_iestade_", "x", "_iestade_"),
    ("https://twitter.com/intent/follow?screen_name=iestade", "x", "iestade"),
    ("https://twitter.com/intent/user?screen_name=%40iestade", "x", "iestade"),
    ("https://instagram.com/iestade_lv/?hl=lv", "instagram", "iestade_lv"),
    ("https://www.instagram.com/iestade.lv", "instagram", "iestade.lv"),
    ("https://www.linkedin.com/company/iestade/about", "linkedin", "company/iestade"),
    ("https://lv.linkedin.com/company/100035159", "linkedin", "company/100035159"),
    ("https://www.linkedin.com/school/augstskola/", "linkedin", "school/augstskola"),
    ("https://www.youtube.com/@iestade", "youtube", "@iestade"),
    ("https://www.youtube.com/channel/UC8vRk7v6YaaKs6/live", "youtube", "channel/UC8vRk7v6YaaKs6"),
    ("http://www.youtube.com/user/iestade", "youtube", "user/iestade"),
    ("https://youtube.com/c/Iestade", "youtube", "c/Iestade"),
    ("https://www.youtube.com/iestade", "youtube", "iestade"),
    ("https://www.flickr.com/photos/73458727@N06/albums/", "flickr", "73458727@N06"),
    ("https://www.flickr.com/people/187035631@N03", "flickr", "187035631@N03"),
    ("https://www.tiktok.com/@iestade?lang=lv", "tiktok", "iestade"),
    ("https://t.me/iestade", "telegram", "iestade"),
    ("https://t.me/s/iestade", "telegram", "iestade"),
    ("https://iestade.t.me/", "telegram", "iestade"),
    ("https://telegram.me/iestade", "telegram", "iestade"),
    ("https://www.threads.net/@iestade", "threads", "iestade"),
    ("https://bsky.app/profile/iestade.gov.lv", "bluesky", "iestade.gov.lv"),
    ("https://bsky.app/profile/did:plc:z72i7hdynmk6", "bluesky", "did:plc:z72i7hdynmk6"),
    ("https://mastodon.social/@iestade", "mastodon", "iestade@mastodon.social"),
    ("https://mastodon.social/web/@iestade@toot.lv", "mastodon", "iestade@toot.lv"),
    ("https://www.draugiem.lv/iestade/", "draugiem", "iestade"),
    ("https://www.draugiem.lv/business/ext/fans/?name=iestade", "draugiem", "iestade"),
]  # fmt: skip

NOT_PROFILES = [
    ("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fiestade.lv", "facebook", Kind.SHARE),
    ("https://www.facebook.com/sharer.php?u=x", "facebook", Kind.SHARE),
    ("https://www.facebook.com/dialog/feed?app_id=1", "facebook", Kind.SHARE),
    ("https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Ffb.com%2Fx", "facebook", Kind.SHARE),
    ("https://www.facebook.com/plugins/share_button.php?href=x", "facebook", Kind.SHARE),
    ("https://www.facebook.com/tr?id=12345&ev=PageView", "facebook", Kind.OTHER),
    ("https://www.facebook.com/groups/123456789", "facebook", Kind.OTHER),
    ("https://www.facebook.com/events/123456789/", "facebook", Kind.OTHER),
    ("https://www.facebook.com/hashtag/riga", "facebook", Kind.OTHER),
    ("https://www.facebook.com/", "facebook", Kind.OTHER),
    ("https://www.facebook.com/share/1AbCdEf/", "facebook", Kind.OTHER),
    ("https://www.facebook.com/iestade/posts/pfbid02abc", "facebook", Kind.POST),
    ("https://www.facebook.com/permalink.php?story_fbid=55&id=100012345678", "facebook", Kind.POST),
    ("https://twitter.com/intent/tweet?url=x", "x", Kind.SHARE),
    ("https://x.com/share?url=x", "x", Kind.SHARE),
    ("http://twitter.com/home?status=Reading", "x", Kind.SHARE),
    ("https://twitter.com/hashtag/riga", "x", Kind.OTHER),
    ("https://twitter.com/search?q=riga", "x", Kind.OTHER),
    ("https://x.com/i/events/1", "x", Kind.OTHER),
    ("https://platform.twitter.com/widgets.js", "x", Kind.OTHER),
    ("https://twitter.com/iestade/status/1460323737035677698", "x", Kind.POST),
    ("https://www.instagram.com/p/CXyz/", "instagram", Kind.POST),
    ("https://www.instagram.com/explore/tags/riga", "instagram", Kind.OTHER),
    ("https://www.linkedin.com/shareArticle?mini=true&url=x", "linkedin", Kind.SHARE),
    ("https://www.linkedin.com/sharing/share-offsite/?url=x", "linkedin", Kind.SHARE),
    ("https://www.linkedin.com/in/janis-berzins", "linkedin", Kind.PERSON),
    ("https://www.linkedin.com/jobs/view/1", "linkedin", Kind.OTHER),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube", Kind.POST),
    ("https://youtu.be/dQw4w9WgXcQ", "youtube", Kind.POST),
    ("https://www.youtube.com/embed/dQw4w9WgXcQ", "youtube", Kind.POST),
    ("https://www.youtube.com/results?search_query=riga", "youtube", Kind.OTHER),
    ("https://www.flickr.com/photos/iestade/53012345678/", "flickr", Kind.POST),
    ("https://www.flickr.com/groups/riga/", "flickr", Kind.OTHER),
    ("https://www.tiktok.com/@iestade/video/7211250685902359850", "tiktok", Kind.POST),
    ("https://t.me/share/url?url=x", "telegram", Kind.SHARE),
    ("https://t.me/joinchat/AAAA", "telegram", Kind.OTHER),
    ("https://t.me/+AbCdEf", "telegram", Kind.OTHER),
    ("https://t.me/iestade/123", "telegram", Kind.POST),
    ("https://www.threads.net/intent/post?text=x", "threads", Kind.SHARE),
    ("https://www.threads.com/@iestade/post/C1", "threads", Kind.POST),
    ("https://bsky.app/intent/compose?text=x", "bluesky", Kind.SHARE),
    ("https://bsky.app/profile/iestade.gov.lv/post/3k", "bluesky", Kind.POST),
    ("https://mastodon.social/share?text=x", "mastodon", Kind.SHARE),
    ("https://mastodon.social/@iestade/109372843234", "mastodon", Kind.POST),
    ("https://www.draugiem.lv/say/ext/add.php?link=x", "draugiem", Kind.SHARE),
    ("https://api.draugiem.lv/x", "draugiem", Kind.OTHER),
]  # fmt: skip

NO_NETWORK = [
    "https://iestade.lv/facebook.asp",
    "https://facebook.com.evil.example/iestade",
    "https://notfacebook.com/iestade",
    "https://medium.com/@iestade",
    "mailto:iestade@facebook.com",
    "javascript:void(0)",
    "https://[broken",
    "",
]


@pytest.mark.parametrize(("url", "network", "handle"), PROFILES)
def test_profiles_are_told_with_their_handle(url: str, network: str, handle: str) -> None:
    found = classify(url)
    assert found is not None
    assert (found.network, found.kind, found.handle) == (network, Kind.PROFILE, handle)


@pytest.mark.parametrize(("url", "network", "kind"), NOT_PROFILES)
def test_what_is_no_profile_is_told_from_one(url: str, network: str, kind: Kind) -> None:
    found = classify(url)
    assert found is not None
    assert (found.network, found.kind) == (network, kind)


@pytest.mark.parametrize("url", NO_NETWORK)
def test_other_addresses_belong_to_no_network(url: str) -> None:
    assert classify(url) is None


@pytest.mark.parametrize(("url", "network", "handle"), PROFILES)
def test_a_profiles_plain_address_is_the_same_profile(url: str, network: str, handle: str) -> None:
    found = classify(url)
    assert found is not None
    again = classify(found.url, "me")
    assert again is not None
    assert again.identity == found.identity


def test_the_same_account_under_two_addresses_has_one_identity() -> None:
    old = classify("http://www.facebook.com/Mana.Iestade?fref=ts")
    new = classify("https://lv-lv.facebook.com/manaiestade/")
    assert old is not None
    assert new is not None
    assert old.identity == new.identity


def test_rel_me_makes_an_unknown_host_a_mastodon_server() -> None:
    found = classify("https://social.iestade.example/@zinas", "me noopener")
    assert found is not None
    assert (found.network, found.handle) == (Network.MASTODON, "zinas@social.iestade.example")


def test_a_link_that_carries_the_pages_own_address_shares_it() -> None:
    here = "https://iestade.lv/zina"
    found = classify_on("https://www.draugiem.lv/dalies?link=https%3A%2F%2Fiestade.lv%2Fzina", here)
    assert found is not None
    assert found.kind is Kind.SHARE


def test_redirects_that_carry_each_other_end() -> None:
    inner = "https://www.facebook.com/iestade"
    for _ in range(10):
        inner = f"https://l.facebook.com/l.php?u={inner}"
    assert classify(inner) is not None


@given(st.text(max_size=60))
def test_any_path_of_any_network_can_be_classified(path: str) -> None:
    for host in ("facebook.com", "x.com", "youtube.com", "t.me", "draugiem.lv", "mastodon.social"):
        found = classify(f"https://{host}/{path}")
        assert found is None or found.kind is not Kind.PROFILE or found.handle
