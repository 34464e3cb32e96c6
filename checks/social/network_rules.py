"""Which first segments are names in each network, and which are the network's own.

Facts as in reference social-and-presence 2.3. Handles are compared by `Reference.identity`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files

from checks.social.references import Address, Kind, Network, Reference

_RESERVED = {
    name: frozenset(segments)
    for name, segments in tomllib.loads((files("checks") / "social" / "reserved.toml").read_text()).items()
}
_LABEL_ID = re.compile(r"^(?:.*-)?(\d{8,})$")
_FACEBOOK_NAME = re.compile(r"^[\w.\-]{2,100}$")
_X_NAME = re.compile(r"^@?(\w{1,15})$", re.ASCII)
_INSTAGRAM_NAME = re.compile(r"^@?([\w.]{1,30})$", re.ASCII)
_TELEGRAM_NAME = re.compile(r"^[A-Za-z]\w{3,31}$", re.ASCII)
_NUMBER = re.compile(r"^\d+$")


def _facebook(at: Address) -> Reference:
    if at.first == "plugins":
        return _facebook_plugin(at)
    if at.first in {"sharer", "sharer.php", "share.php", "dialog"} or (
        at.first == "share" and "u" in at.query
    ):
        return Reference(network=Network.FACEBOOK, kind=Kind.SHARE)
    if at.first in {"profile.php", "permalink.php", "story.php", "pages", "people", "p"}:
        return _facebook_numbered(at)
    if at.first == "pg":
        return _facebook_named(at.segment(1), at.segments[2:], is_weak=False)
    is_own = at.first in _RESERVED["facebook"] or re.match(r"^v\d+\.\d+$", at.first)
    if is_own or at.sub in {"developers", "business"}:
        return Reference(network=Network.FACEBOOK, kind=Kind.OTHER)
    return _facebook_named(at.segment(0), at.segments[1:], is_weak=at.host.endswith("m.me"))


def _facebook_numbered(at: Address) -> Reference:
    """Accounts named by their number, in the query or in the last segment that has one."""
    number = at.query.get("id", "")
    if at.first in {"pages", "people", "p"}:
        number = next((m.group(1) for s in reversed(at.segments[1:]) if (m := _LABEL_ID.match(s))), "")
    if not _NUMBER.match(number):
        return Reference(network=Network.FACEBOOK, kind=Kind.OTHER)
    if at.first in {"permalink.php", "story.php"}:
        return _facebook_post(number, at.query.get("story_fbid", ""))
    return _facebook_profile(number)


def _facebook_named(name: str, rest: tuple[str, ...], *, is_weak: bool) -> Reference:
    if not _FACEBOOK_NAME.match(name) or name.lower().endswith(".php"):
        return Reference(network=Network.FACEBOOK, kind=Kind.OTHER)
    number = _LABEL_ID.match(name)
    handle = number.group(1) if number else name
    if len(rest) >= 2 and rest[0].lower() in {"posts", "photos", "videos"}:
        return _facebook_post(handle, rest[-1])
    return _facebook_profile(
        handle, is_weak=is_weak or (bool(rest) and rest[0].lower() in _RESERVED["subpages"])
    )


def _facebook_plugin(at: Address) -> Reference:
    from checks.social.networks import classify

    if at.segment(1).lower() in {"page.php", "likebox.php", "fan.php"}:
        found = classify(at.query.get("href", ""))
        if found and found.network is Network.FACEBOOK:
            return found
        return Reference(network=Network.FACEBOOK, kind=Kind.OTHER)
    return Reference(network=Network.FACEBOOK, kind=Kind.SHARE)


def _facebook_profile(handle: str, *, is_weak: bool = False) -> Reference:
    return _profile(Network.FACEBOOK, handle, f"https://www.facebook.com/{handle}", is_weak=is_weak)


def _facebook_post(handle: str, post_id: str) -> Reference:
    return _post(Network.FACEBOOK, handle, f"https://www.facebook.com/{handle}", post_id)


def _x(at: Address) -> Reference:
    asked = at.query.get("screen_name", "").lstrip("@")
    if at.first == "intent" and at.segment(1).lower() in {"follow", "user"} and _X_NAME.match(asked):
        return _profile(Network.X, asked, f"https://x.com/{asked}")
    if at.first in {"intent", "share"} or (at.first == "home" and "status" in at.query):
        return Reference(network=Network.X, kind=Kind.SHARE)
    name = _X_NAME.match(at.segment(0))
    if at.first in _RESERVED["x"] or not name or at.sub not in {"", "www", "mobile", "m"}:
        return Reference(network=Network.X, kind=Kind.OTHER)
    handle = name.group(1)
    if at.segment(1).lower() in {"status", "statuses"} and _NUMBER.match(at.segment(2)):
        return _post(Network.X, handle, f"https://x.com/{handle}", at.segment(2))
    return _profile(Network.X, handle, f"https://x.com/{handle}", is_weak=len(at.segments) > 1)


def _instagram(at: Address) -> Reference:
    if at.first in {"p", "reel", "reels", "tv"} and at.segment(1):
        return _post(Network.INSTAGRAM, "", "", at.segment(1))
    stories = at.segment(1) if at.first == "stories" else ""
    name = _INSTAGRAM_NAME.match(stories or at.segment(0))
    if not name or (at.first in _RESERVED["instagram"] and not stories):
        return Reference(network=Network.INSTAGRAM, kind=Kind.OTHER)
    handle, url = name.group(1), f"https://www.instagram.com/{name.group(1)}"
    if at.segment(1).lower() in {"p", "reel"} and at.segment(2):
        return _post(Network.INSTAGRAM, handle, url, at.segment(2))
    return _profile(Network.INSTAGRAM, handle, url, is_weak=bool(stories))


def _linkedin(at: Address) -> Reference:
    if at.first in {"sharearticle", "sharing", "cws", "share"}:
        return Reference(network=Network.LINKEDIN, kind=Kind.SHARE)
    if at.first in {"in", "pub"} and at.segment(1):
        return Reference(network=Network.LINKEDIN, kind=Kind.PERSON, handle=f"in/{at.segment(1)}")
    if at.first in {"company", "school", "showcase", "organization-guest"} and at.segment(1):
        segments = at.segments[1:] if at.first == "organization-guest" else at.segments
        handle = "/".join(segments[:2]).lower()
        return _profile(Network.LINKEDIN, handle, f"https://www.linkedin.com/{handle}")
    if at.first in {"posts", "feed"} and at.segment(1):
        return _post(Network.LINKEDIN, "", "", at.segments[-1])
    return Reference(network=Network.LINKEDIN, kind=Kind.OTHER)


def _youtube(at: Address) -> Reference:
    url = "https://www.youtube.com/"
    if at.host.endswith("youtu.be"):
        return _post(Network.YOUTUBE, "", "", at.segment(0))
    if at.first in {"channel", "user", "c"} and at.segment(1):
        handle = f"{at.first}/{at.segment(1)}"
        return _profile(Network.YOUTUBE, handle, url + handle)
    if at.first == "watch" or (at.first in {"embed", "shorts", "live", "v"} and at.segment(1)):
        return _post(Network.YOUTUBE, "", "", at.query.get("v", "") or at.segment(1))
    name = at.segment(0)
    if not name or at.first in _RESERVED["youtube"] or not re.match(r"^@?[\w.\-]+$", name):
        return Reference(network=Network.YOUTUBE, kind=Kind.OTHER)
    return _profile(Network.YOUTUBE, name, url + name)


def _flickr(at: Address) -> Reference:
    name = at.segment(1)
    if at.first not in {"photos", "people"} or not name or name.lower() in {"tags", "upload"}:
        return Reference(network=Network.FLICKR, kind=Kind.OTHER)
    url = f"https://www.flickr.com/photos/{name}"
    if _NUMBER.match(at.segment(2)):
        return _post(Network.FLICKR, name, url, at.segment(2))
    return _profile(Network.FLICKR, name, url, is_weak=len(at.segments) > 2)


def _tiktok(at: Address) -> Reference:
    segments = at.segments[1:] if at.first == "embed" else at.segments
    if at.first == "share":
        return Reference(network=Network.TIKTOK, kind=Kind.SHARE)
    if not segments or not re.match(r"^@[\w.]{2,24}$", segments[0], re.ASCII):
        return Reference(network=Network.TIKTOK, kind=Kind.OTHER)
    handle, url = segments[0][1:], f"https://www.tiktok.com/{segments[0]}"
    if len(segments) > 2 and segments[1].lower() in {"video", "photo"}:
        return _post(Network.TIKTOK, handle, url, segments[2])
    return _profile(Network.TIKTOK, handle, url, is_weak=at.first == "embed")


def _telegram(at: Address) -> Reference:
    if at.first == "share":
        return Reference(network=Network.TELEGRAM, kind=Kind.SHARE)
    segments = at.segments[1:] if at.first == "s" else at.segments
    name = at.sub if at.sub not in {"", "www"} else (segments[0] if segments else "")
    if name.lower() in _RESERVED["telegram"] or not _TELEGRAM_NAME.match(name):
        return Reference(network=Network.TELEGRAM, kind=Kind.OTHER)
    url = f"https://t.me/{name}"
    if len(segments) > 1 and _NUMBER.match(segments[1]):
        return _post(Network.TELEGRAM, name, url, segments[1])
    return _profile(Network.TELEGRAM, name, url)


def _threads(at: Address) -> Reference:
    if at.first in {"intent", "share"}:
        return Reference(network=Network.THREADS, kind=Kind.SHARE)
    name = _INSTAGRAM_NAME.match(at.segment(0)) if at.segment(0).startswith("@") else None
    if not name:
        return Reference(network=Network.THREADS, kind=Kind.OTHER)
    url = f"https://www.threads.com/@{name.group(1)}"
    if at.segment(1).lower() == "post" and at.segment(2):
        return _post(Network.THREADS, name.group(1), url, at.segment(2))
    return _profile(Network.THREADS, name.group(1), url)


def _bluesky(at: Address) -> Reference:
    if at.first == "intent":
        return Reference(network=Network.BLUESKY, kind=Kind.SHARE)
    handle = at.segment(1)
    if at.first != "profile" or not re.match(r"^(did:[a-z]+:[\w.:]+|[\w-]+(\.[\w-]+)+)$", handle):
        return Reference(network=Network.BLUESKY, kind=Kind.OTHER)
    url = f"https://bsky.app/profile/{handle}"
    if at.segment(2) == "post" and at.segment(3):
        return _post(Network.BLUESKY, handle, url, at.segment(3))
    return _profile(Network.BLUESKY, handle, url, is_weak=len(at.segments) > 2)


def _mastodon(at: Address) -> Reference:
    if at.first == "share":
        return Reference(network=Network.MASTODON, kind=Kind.SHARE)
    segments = at.segments[1:] if at.first == "web" else at.segments
    if len(segments) > 1 and segments[0] == "users":
        segments = (f"@{segments[1]}", *segments[2:])
    found = re.match(r"^@([\w.\-]+)(?:@([\w.\-]+))?$", segments[0]) if segments else None
    if not found:
        return Reference(network=Network.MASTODON, kind=Kind.OTHER)
    host = found.group(2) or at.host
    handle, url = f"{found.group(1)}@{host}", f"https://{host}/@{found.group(1)}"
    if len(segments) > 1 and _NUMBER.match(segments[-1]):
        return _post(Network.MASTODON, handle, url, segments[-1])
    return _profile(Network.MASTODON, handle, url)


def _draugiem(at: Address) -> Reference:
    if at.first == "say":
        return Reference(network=Network.DRAUGIEM, kind=Kind.SHARE)
    if at.segments[:3] == ("business", "ext", "fans") and at.query.get("name"):
        name = at.query["name"]
        return _profile(Network.DRAUGIEM, name, f"https://www.draugiem.lv/{name}/", is_weak=True)
    name = at.segment(0)
    is_own = at.first in _RESERVED["draugiem"] or at.sub not in {"", "www", "m"}
    if is_own or not re.match(r"^[\w.\-]{2,60}$", name) or name.endswith(".php"):
        return Reference(network=Network.DRAUGIEM, kind=Kind.OTHER)
    if at.first == "group" and at.segment(1):
        name = f"group/{at.segment(1)}"
    return _profile(Network.DRAUGIEM, name, f"https://www.draugiem.lv/{name}/")


def _profile(network: Network, handle: str, url: str, *, is_weak: bool = False) -> Reference:
    return Reference(network=network, kind=Kind.PROFILE, handle=handle, url=url, is_weak=is_weak)


def _post(network: Network, handle: str, url: str, post_id: str) -> Reference:
    return Reference(network=network, kind=Kind.POST, handle=handle, url=url, post_id=post_id, is_weak=True)


RULES: Mapping[Network, Callable[[Address], Reference]] = {
    Network.FACEBOOK: _facebook,
    Network.X: _x,
    Network.INSTAGRAM: _instagram,
    Network.LINKEDIN: _linkedin,
    Network.YOUTUBE: _youtube,
    Network.FLICKR: _flickr,
    Network.TIKTOK: _tiktok,
    Network.TELEGRAM: _telegram,
    Network.THREADS: _threads,
    Network.BLUESKY: _bluesky,
    Network.MASTODON: _mastodon,
    Network.DRAUGIEM: _draugiem,
}
