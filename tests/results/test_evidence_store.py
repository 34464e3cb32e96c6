from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.evidence import MobileView, Observation, Page, Site
from results.errors import EvidenceCorruptError, EvidenceMissingError, InvalidDigestError
from results.evidence_store import EvidenceStore, storable
from tests.results import samples
from tests.results.strategies import values_of

HTML = b"<p>viens</p>" * 1000


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def files(evidence: EvidenceStore) -> list[Path]:
    return sorted(path for path in Path(evidence.place.name).rglob("*") if path.is_file())


def test_bytes_come_back_compressed_under_their_own_hash(evidence: EvidenceStore) -> None:
    blob = evidence.put(HTML, "text/html")
    (path,) = files(evidence)
    assert blob.digest == hashlib.sha256(HTML).hexdigest()
    assert (blob.media_type, blob.size) == ("text/html", len(HTML))
    assert path.relative_to(Path(evidence.place.name)) == Path(blob.digest[:2], f"{blob.digest}.zst")
    assert path.stat().st_size < len(HTML) / 45
    assert evidence.get(blob.digest) == HTML


def test_equal_bytes_are_kept_once(evidence: EvidenceStore) -> None:
    evidence.put(HTML, "text/html")
    (path,) = files(evidence)
    before = path.stat()
    evidence.put(HTML, "text/plain")
    assert files(evidence) == [path]
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns >= before.st_mtime_ns


def test_pictures_are_kept_as_they_are(evidence: EvidenceStore) -> None:
    picture = b"\xff\xd8\xff" + os.urandom(500)
    blob = evidence.put(picture, "image/jpeg")
    (path,) = files(evidence)
    assert path.name == f"{blob.digest}.jpg"
    assert path.read_bytes() == picture == evidence.get(blob.digest)


def test_empty_bytes_are_bytes(evidence: EvidenceStore) -> None:
    assert evidence.get(evidence.put(b"", "text/plain").digest) == b""


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "damaged", [flip, lambda data: data[: len(data) // 2], lambda _: b"", lambda _: b"not zstd"]
)
def test_damage_is_noticed_and_mended_by_the_same_evidence(evidence: EvidenceStore, damaged: object) -> None:
    assert callable(damaged)
    blob = evidence.put(HTML, "text/html")
    (path,) = files(evidence)
    path.write_bytes(damaged(path.read_bytes()))
    with pytest.raises(EvidenceCorruptError, match=blob.digest) as caught:
        evidence.get(blob.digest)
    assert caught.value.digest == blob.digest
    assert "audit the site again" in caught.value.remedy
    evidence.put(HTML, "text/html")
    assert evidence.get(blob.digest) == HTML


def test_a_missing_blob_is_named_with_a_remedy(evidence: EvidenceStore) -> None:
    with pytest.raises(EvidenceMissingError, match="a" * 64) as caught:
        evidence.get("a" * 64)
    assert "evidence folder" in caught.value.remedy


def test_evidence_of_another_kind_is_no_site(evidence: EvidenceStore) -> None:
    digest = evidence.put(b'{"a": 1}', "application/json").digest
    with pytest.raises(EvidenceCorruptError, match="something else"):
        evidence.load_site(digest)


@given(
    st.one_of(st.text(), st.sampled_from(["../" * 20 + "etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"]))
)
def test_only_a_digest_is_looked_up(text: str) -> None:
    with pytest.raises(InvalidDigestError):
        EvidenceStore(Path("/")).get(text)


def test_a_site_comes_back_as_it_was_put_in(evidence: EvidenceStore) -> None:
    site = samples.site(screenshot=evidence.put(b"\xff\xd8\xff", "image/jpeg"))
    stored = evidence.put_site(site)
    assert evidence.load_site(stored.manifest.digest) == site
    assert [evidence.load_page(blob.digest) for blob in stored.pages] == list(site.pages)


def test_a_page_that_two_runs_saw_alike_is_kept_once(evidence: EvidenceStore) -> None:
    first = evidence.put_site(samples.site())
    count = len(files(evidence))
    second = evidence.put_site(samples.site(name="Another"))
    assert first.pages == second.pages
    assert len(files(evidence)) == count + 1


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(Site), st.data())
def test_any_site_comes_back_as_storable_gives_it(site: Site, data: st.DataObject) -> None:
    site = msgspec.structs.replace(
        site,
        pages=(data.draw(values_of(Page)),),
        mobile=(data.draw(values_of(MobileView)),),
        observations=(data.draw(values_of(Observation)),),
    )
    with TemporaryDirectory() as folder:
        evidence = EvidenceStore(Path(folder))
        assert evidence.load_site(evidence.put_site(site).manifest.digest) == storable(site)


def test_text_that_no_database_takes_is_replaced() -> None:
    page = Page(url="a\0b", captured_at="", title="\ud83d\ude00 \udc00 \\u0000", headers=(("x", "\ud800"),))
    clean = storable(page)
    assert clean.url == "a\N{REPLACEMENT CHARACTER}b"
    assert clean.title == "😀 \N{REPLACEMENT CHARACTER} \\u0000"
    assert clean.headers == (("x", "\N{REPLACEMENT CHARACTER}"),)


def test_storable_text_is_left_alone() -> None:
    site = samples.site()
    assert storable(site) is site
