"""What is told while a run goes on."""

from __future__ import annotations

import io
import os
from contextlib import suppress

from schedules.progress import Lines, Step


def test_a_site_that_is_tried_again_counts_once() -> None:
    stream = io.StringIO()
    tell = Lines(2, stream, clock=lambda: 0.0)
    for url in ("https://a.example/", "https://b.example/", "https://a.example/"):
        tell(Step(url, "home"))
        tell(Step(url, "done", status="not_evaluable"))
    counts = [line.split()[3] for line in stream.getvalue().splitlines()]
    assert counts == ["0/2", "1/2", "1/2", "2/2", "2/2", "2/2"]


def test_an_audit_goes_on_where_nobody_reads_its_progress() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as stream:
        tell = Lines(1, stream, clock=lambda: 0.0)
        tell(Step("https://a.example/", "home"))
        tell(Step("https://a.example/", "done"))
        with suppress(BrokenPipeError):
            stream.close()
