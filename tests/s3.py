"""An S3 server of our own on loopback (moto's), and buckets in it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator

import pytest

_NAMES = (f"bucket-{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The server's address. Whoever uses it sets `AWS_ENDPOINT_URL`, as `s3_bucket` does."""
    from moto.server import ThreadedMotoServer  # half a second that no other test has to wait for

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an empty bucket; the environment says where it is, as it would to a user's command."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = next(_NAMES)
    boto3.client("s3").create_bucket(Bucket=name)
    return name
