from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import fsspec
import pytest

from results.errors import (
    EvidenceCorruptError,
    EvidenceMissingError,
    EvidencePlaceError,
    InvalidDigestError,
)
from results.evidence_store import EvidenceStore
from tests.results import samples

ROOT = Path(__file__).parents[2]
HTML = b"<p>viens</p>" * 1000


@pytest.fixture(params=["folder", "file", "s3", "memory"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place of each kind."""
    addresses = {"folder": str(tmp_path / "e"), "file": (tmp_path / "ē ē").as_uri(), "memory": "memory://e"}
    if request.param == "s3":
        addresses["s3"] = f"s3://{request.getfixturevalue('s3_bucket')}/a/wave"
    yield addresses[request.param]
    fsspec.filesystem("memory").store.clear()


@pytest.fixture
def evidence(address: str) -> EvidenceStore:
    return EvidenceStore(address)


def test_evidence_comes_back_from_any_place(evidence: EvidenceStore, address: str) -> None:
    picture = evidence.put(b"\xff\xd8\xff", "image/jpeg")
    site = samples.site(screenshot=picture)
    digest = evidence.put_site(site).manifest.digest
    assert EvidenceStore(address).load_site(digest) == site
    assert EvidenceStore(address).get(picture.digest) == b"\xff\xd8\xff"


def test_what_is_kept_is_told_once_and_can_be_removed(evidence: EvidenceStore) -> None:
    began = datetime.now(UTC) - timedelta(seconds=2)
    blobs = [evidence.put(HTML, "text/html"), evidence.put(b"\xff\xd8\xff", "image/jpeg")]
    evidence.put(HTML, "text/html")
    evidence.place.write("eindekss-evidence", b"a mark is no evidence")
    kept = {blob.digest: blob for blob in evidence.kept()}
    assert set(kept) == {blob.digest for blob in blobs}
    assert 0 < kept[blobs[0].digest].size < len(HTML)
    assert kept[blobs[1].digest].size == 3
    assert all(blob.written_at and blob.written_at >= began for blob in kept.values())
    evidence.remove(blobs[0].digest)
    evidence.remove(blobs[0].digest)
    assert [blob.digest for blob in evidence.kept()] == [blobs[1].digest]
    with pytest.raises(EvidenceMissingError, match=blobs[0].digest):
        evidence.get(blobs[0].digest)


def test_an_empty_place_keeps_nothing(evidence: EvidenceStore) -> None:
    assert list(evidence.kept()) == []
    with pytest.raises(EvidenceMissingError):
        evidence.get("a" * 64)
    with pytest.raises(InvalidDigestError):
        evidence.remove("../" * 20)


def test_damage_is_noticed_and_mended_anywhere(evidence: EvidenceStore) -> None:
    blob = evidence.put(HTML, "text/html")
    evidence.place.write(f"{blob.digest[:2]}/{blob.digest}.zst", b"torn")
    with pytest.raises(EvidenceCorruptError, match=blob.digest):
        evidence.get(blob.digest)
    evidence.put(HTML, "text/html")
    assert evidence.get(blob.digest) == HTML


def test_a_good_object_is_not_written_again(s3_bucket: str) -> None:
    client = boto3.client("s3")
    client.put_bucket_versioning(Bucket=s3_bucket, VersioningConfiguration={"Status": "Enabled"})
    evidence = EvidenceStore(f"s3://{s3_bucket}")
    for _ in range(3):
        evidence.put(HTML, "text/html")
    assert len(client.list_object_versions(Bucket=s3_bucket)["Versions"]) == 1


def test_a_bucket_that_is_not_there_is_told(s3_bucket: str) -> None:
    evidence = EvidenceStore("s3://no-such-bucket/a")
    for action in (lambda: evidence.put(HTML, "text/html"), lambda: evidence.get("a" * 64)):
        with pytest.raises(EvidencePlaceError, match="no bucket for s3://no-such-bucket/a"):
            action()
    with pytest.raises(EvidencePlaceError, match="no bucket"):
        list(evidence.kept())


ALONE = """
import sys
from results.errors import ResultsError
from results.evidence_store import EvidenceStore
try:
    EvidenceStore(sys.argv[1]).put(b"x", "text/plain")
except ResultsError as error:
    print(type(error).__name__, "|", error, "|", error.remedy)
"""


def told(address: str, code: str = ALONE, **environment: str) -> str:
    """What a process of its own says: clients remember their server and credentials."""
    done = subprocess.run(
        [sys.executable, "-c", code, address],
        cwd=ROOT,
        env={"PATH": "", "AWS_EC2_METADATA_DISABLED": "true", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_a_server_that_is_away_and_credentials_that_are_missing_are_told(s3_server: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    away = told("s3://b/a", AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1", **keys)
    assert away.startswith("EvidenceAwayError | Evidence at s3://b/a cannot be reached: Could not connect")
    assert "AWS_ENDPOINT_URL" in away
    assert "Unable to locate credentials" in told("s3://b/a", AWS_ENDPOINT_URL=s3_server)


def test_a_missing_package_and_a_wrong_address_are_told() -> None:
    said = told("s3://b/a", "import sys; sys.modules['s3fs'] = None\n" + ALONE)
    assert "not installed" in said
    assert "pip install 'eindekss[s3]'" in said
    assert told("nonsense://b/a").startswith("EvidencePlaceError | nonsense://b/a is no address for evidence")


async def test_many_threads_of_an_event_loop_share_a_store(evidence: EvidenceStore) -> None:
    """As the crawler calls it: the clients of object stores have a loop of their own."""
    blob = await asyncio.to_thread(evidence.put, HTML, "text/html")
    found = await asyncio.gather(*(asyncio.to_thread(evidence.get, blob.digest) for _ in range(8)))
    assert set(found) == {HTML}
