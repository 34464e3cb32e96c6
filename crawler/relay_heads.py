"""Heads of requests and answers as the egress guard passes them on (RFC 9110 section 7.6)."""

from __future__ import annotations

import re

import h11

from crawler.urls import normalise, parse

GUARD_HEADER = "X-Eindekss-Guard"
"""On the guard's own answers: the failure reason. Taken away from sites' answers, which could forge it."""

_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"te", b"trailer", b"upgrade"})
_DROPPED_FROM_ANSWERS = _HOP_BY_HOP | {
    b"proxy-connection",
    b"proxy-authenticate",
    GUARD_HEADER.lower().encode(),
}
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ABSOLUTE = re.compile(r"http://[^/?#\\]", re.IGNORECASE)
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})")


def target_of(request: h11.Request) -> tuple[str, int] | None:
    """Host (as the URL standard reads it, so `2130706433` is 127.0.0.1) and port; None if malformed."""
    text = request.target.decode("ascii", errors="replace")
    if request.method == b"CONNECT":
        host, _, port = text.rpartition(":")
        if not port.isdigit():
            return None
        text = f"http://{host}:{port}/"
    elif not _ABSOLUTE.match(text):
        return None
    url = normalise(text)
    if url is None:
        return None
    address = parse(url)
    return address.host, address.port


def forwarded_request(request: h11.Request) -> h11.Request:
    """The request as its server gets it: origin form, own Host, nothing meant for a proxy."""
    scheme_and_authority, slash, rest = request.target[len(b"http://") :].partition(b"/")
    authority, question, query = scheme_and_authority.partition(b"?")
    target = slash + rest if not question else b"/?" + query + slash + rest
    named = _named_in_connection(request.headers.raw_items())
    headers = [
        (name, value) for name, value in request.headers.raw_items() if not _is_for_proxy(name.lower(), named)
    ]
    headers.insert(0, (b"Host", authority.rpartition(b"@")[2]))
    headers.append((b"Connection", b"close"))
    return h11.Request(method=request.method, target=target or b"/", headers=headers)


def _named_in_connection(headers: list[tuple[bytes, bytes]]) -> frozenset[bytes]:
    values = [value for name, value in headers if name.lower() in {b"connection", b"proxy-connection"}]
    named = {token.strip().lower() for value in values for token in value.split(b",")}
    # These frame the message or say whom it is for: no Connection header may take them away.
    return frozenset(named - {b"host", b"content-length", b"transfer-encoding"})


def _is_for_proxy(name: bytes, named: frozenset[bytes]) -> bool:
    return name in _HOP_BY_HOP or name in named or name == b"host" or name.startswith(b"proxy-")


def split_head(data: bytes) -> tuple[bytes | None, bytes]:
    """(head with its empty line, the rest), or (None, data) while the head is not whole."""
    end = _HEAD_END.search(data)
    return (data[: end.end()], data[end.end() :]) if end else (None, data)


def rewritten_answer(head: bytes) -> tuple[bytes, bool]:
    """An answer's head with `Connection: close`, and whether it is the final one (not 1xx).

    What isn't HTTP/1 passes as it is: to refuse it is the client's part.
    """
    status = _STATUS_LINE.match(head)
    if status is None:
        return head, True
    if status[1].startswith(b"1") and status[1] != b"101":
        return head, False
    kept: list[bytes] = []
    dropping = False
    for line in head.splitlines()[:-1]:
        folded = line[:1] in {b" ", b"\t"}
        dropping = dropping if folded else line.partition(b":")[0].strip().lower() in _DROPPED_FROM_ANSWERS
        if not dropping:
            kept.append(line)
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]), True
