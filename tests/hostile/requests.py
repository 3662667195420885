"""Requests that mean harm, as bytes on the wire, and the answer that each must get."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

LOOP = "/loop-api-publiques"
FEC = f"{LOOP}/importFEC"
JSON = f"{LOOP}/importJson"
DEEP = 100_000
LONG = 1 << 16


@dataclass(frozen=True)
class Shape:
    """A request.

    Attributes:
        name: What it tries.
        wire: Its bytes; `{key}` stands for a key of the firm.
        statuses: The answers that are right.
        quick: Whether every run tries it.
    """

    name: str
    wire: bytes
    statuses: frozenset[int]
    quick: bool = False


def wire(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    given = {"host": "ecritures.example", "x-apikey": "{key}", "connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body and "transfer-encoding" not in given:
        given.setdefault("content-length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def post(path: str, content: Any, **headers: str) -> bytes:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return wire("POST", path, body, **({"content-type": "application/json"} | headers))


def multipart(*parts: tuple[str, bytes], boundary: str = "b") -> bytes:
    mark = boundary.encode()
    body = b"".join(
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (mark, head.encode(), text) for head, text in parts
    )
    body += b"--%s--\r\n" % mark
    return post("/v1/imports", body, content_type=f"multipart/form-data; boundary={boundary}")


def field(name: str, value: bytes) -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"', value


def file(name: str, content: bytes = b"x") -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="file"; filename="{name}"', content


def asked(**changes: Any) -> dict[str, Any]:
    return {"codeIbs": "CEGID003", "URL": "https://files.example/a.txt"} | changes


def v1(**changes: Any) -> dict[str, Any]:
    return {"dossier": "CEGID003", "url": "https://files.example/a.txt"} | changes


REFUSED, UNREAD = {400}, {400, 422}
CHUNKED = {"transfer_encoding": "chunked", "content_type": "application/json"}
GOOD = json.dumps(asked()).encode()
STATUS = f"{LOOP}/getImportStatus?accountingImportRequestId="
ANSWERS: dict[str, tuple[bytes, set[int]]] = {
    # The body
    "no body": (post(FEC, b""), REFUSED),
    "not JSON": (post(FEC, b"{"), REFUSED),
    "a list": (post(FEC, []), REFUSED),
    "a number": (post(FEC, 1), REFUSED),
    "a text": (post(FEC, "codeIbs"), REFUSED),
    "null": (post(FEC, None), REFUSED),
    "NaN": (post(FEC, b'{"codeIbs": NaN}'), REFUSED),
    "a huge number": (post(FEC, b'{"codeIbs": 1' + b"0" * LONG + b"}"), REFUSED),
    "nested lists": (post(FEC, b"[" * DEEP), REFUSED),
    "nested objects": (post(FEC, b'{"a":' * DEEP), REFUSED),
    "closed nested objects": (post(FEC, b'{"a":' * DEEP + b"1" + b"}" * DEEP), REFUSED),
    "a key twice": (post(FEC, b'{"codeIbs":"A","CODEIBS":"B","URL":"https://x/y"}'), REFUSED),
    "many keys": (post(FEC, {f"k{n}": n for n in range(20_000)}), REFUSED),
    "a NUL": (post(FEC, asked(codeIbs="A\0B")), REFUSED),
    "half a character": (post(FEC, b'{"codeIbs":"\\ud800","URL":"https://x/y"}'), REFUSED),
    "bytes that are no UTF-8": (post(FEC, b'{"codeIbs":"\xff\xfe"}'), REFUSED),
    "UTF-16": (post(FEC, json.dumps(asked()).encode("utf-16")), {200, 400}),
    "a mark of byte order": (post(FEC, b"\xef\xbb\xbf" + GOOD), {200, 400}),
    "a long code": (post(FEC, asked(codeIbs="A" * LONG)), REFUSED),
    "a long address": (post(FEC, asked(URL="https://files.example/" + "a" * LONG)), {200, 400}),
    "an object for a text": (post(FEC, asked(URL={"a": 1})), REFUSED),
    "SQL": (post(FEC, asked(codeIbs="' OR 1=1 --")), REFUSED),
    "a packed body": (
        post(FEC, gzip.compress(GOOD), content_encoding="gzip"),
        {400, 415},
    ),
    "a body beyond the limit": (post(FEC, b" " * (2 << 20) + GOOD), {413}),
    "another media type": (post(FEC, GOOD, content_type="text/xml"), {415}),
    "a form": (post(FEC, GOOD, content_type="application/x-www-form-urlencoded"), {415}),
    # Entries in the body
    "entries: not JSON": (post(JSON, b"{"), {200}),
    "entries: nested lists": (post(JSON, b"[" * DEEP), {200}),
    "entries: nested objects": (post(JSON, b'{"data":' * DEEP), {200}),
    "entries: many keys": (post(JSON, {f"k{n}": n for n in range(20_000)}), {200}),
    "entries: no UTF-8": (post(JSON, b'{"codeIbs":"\xff\xfe"}'), {200}),
    "entries: a NUL": (post(JSON, {"codeIbs": "A\0B"}), {200}),
    "entries: half a character": (post(JSON, b'{"codeIbs":"\\ud800"}'), {200}),
    "entries: a huge number": (post(JSON, b'{"codeIbs": 1' + b"0" * LONG + b"}"), {200}),
    "entries: another media type": (post(JSON, GOOD, content_type="text/xml"), {415}),
    # Addresses that must not be fetched
    "a file": (post(FEC, asked(URL="file:///etc/passwd")), REFUSED),
    "no address": (post(FEC, asked(URL="nonsense")), REFUSED),
    "another scheme": (post(FEC, asked(URL="gopher://files.example/a")), REFUSED),
    "a port that cannot be": (post(FEC, asked(URL="https://files.example:99999/")), REFUSED),
    "a negative port": (post(FEC, asked(URL="https://files.example:-1/")), REFUSED),
    "no host": (post(FEC, asked(URL="https:///a.txt")), REFUSED),
    "a long host": (post(FEC, asked(URL=f"https://{'a' * 10_000}/a.txt")), REFUSED),
    "a path that climbs": (post(FEC, asked(URL=None, URI="../../other/a.txt")), REFUSED),
    "a path encoded": (post(FEC, asked(URL=None, URI="%2e%2e/a.txt")), REFUSED),
    "the kept files": (post(FEC, asked(URL=None, URI=".kept/a")), REFUSED),
    # Headers and the line
    "two lengths": (
        wire("POST", FEC, content_length="5").replace(b"\r\n\r\n", b"\r\ncontent-length: 6\r\n\r\n")
        + b"{}{}{}",
        REFUSED,
    ),
    "a length that is none": (wire("POST", FEC, content_length="abc"), REFUSED),
    "a negative length": (wire("POST", FEC, content_length="-1"), REFUSED),
    "a length and chunks": (
        wire("POST", FEC, b"0\r\n\r\n", content_length="5", **CHUNKED),
        REFUSED,
    ),
    "a chunk that is none": (wire("POST", FEC, b"zz\r\n{}\r\n0\r\n\r\n", **CHUNKED), REFUSED),
    "a long header": (wire("GET", "/healthz", x_long="a" * 200_000), {400, 431}),
    "many headers": (
        wire("GET", "/healthz", **{f"x-{n}": "a" for n in range(5_000)}),
        {200, 400, 431},
    ),
    "no Host": (b"GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n", REFUSED),
    "garbage": (b"\x00\x01\x02\x03 nothing\r\n\r\n", REFUSED),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", REFUSED),
    "an unknown version": (b"GET /healthz HTTP/9.9\r\nhost: x\r\n\r\n", {200, 400, 505}),
    "a bare line feed": (b"GET /healthz HTTP/1.1\nhost: x\n\n", REFUSED),
    "an unknown verb": (wire("BREW", "/healthz"), {400, 405}),
    "TRACE": (wire("TRACE", "/v1/imports"), {405}),
    "CONNECT": (wire("CONNECT", "files.example:443"), {400, 404, 405}),
    "a NUL in the path": (wire("GET", "/v1/dossiers/%00"), {404, 422}),
    "a path that climbs out": (wire("GET", "/docs/static/../../../../etc/passwd"), {404}),
    "an encoded climb": (wire("GET", "/docs/static/%2e%2e/%2e%2e/etc/passwd"), {404}),
    "a long path": (wire("GET", "/v1/" + "a" * 20_000), {404, 414}),
    "a long query": (wire("GET", "/v1/imports?cursor=" + "a" * 20_000), {422}),
    "a wrong cursor": (wire("GET", "/v1/imports?cursor=W10"), {422}),
    "a deep cursor": (wire("GET", "/v1/imports?cursor=" + "W1tb" * 2_000), {422}),
    "a limit that is none": (wire("GET", "/v1/imports?limit=1e9"), {422}),
    "an unknown parameter": (wire("GET", "/v1/imports?createdAfter=2026"), {422}),
    "an id that is none": (wire("GET", STATUS + "%27%20OR%201=1"), {404}),
    "a NUL in an id": (wire("GET", STATUS + "%00"), {400, 404}),
    "no key": (post(FEC, asked(), x_apikey=""), {401}),
    "a key that is none": (post(FEC, asked(), x_apikey="a:b:c:" + "d" * 8_000), {401}),
    "a long name to deposit": (
        wire("GET", f"{LOOP}/getFileUrlDeposit?filename=" + "a" * 5_000 + ".txt"),
        REFUSED,
    ),
    "a line break in a name": (
        wire("GET", f"{LOOP}/getFileUrlDeposit?filename=a%0d%0ab.txt"),
        REFUSED,
    ),
    "a deposit not signed": (wire("PUT", "/deposits/x/a.txt?expires=1&sig=x", b"x"), {401}),
    # Forms with a file
    "a form without a boundary": (
        post("/v1/imports", b"x", content_type="multipart/form-data"),
        UNREAD,
    ),
    "a form that does not end": (
        post("/v1/imports", b"--b\r\n", content_type="multipart/form-data; boundary=b"),
        UNREAD,
    ),
    "a form without a file": (multipart(field("dossier", b"CEGID003")), {422}),
    "two files": (multipart(file("a.txt"), file("b.txt")), UNREAD),
    "many fields": (multipart(*(field(f"f{n}", b"x") for n in range(3_000))), UNREAD),
    "a long field": (
        multipart(field("dossier", b"A" * (2 << 20)), file("a.txt")),
        {400, 413, 422},
    ),
    "many headers of a part": (
        multipart(("\r\n".join(f"X-{n}: a" for n in range(5_000)), b"x")),
        UNREAD,
    ),
    # The product's own routes
    "a document with half a character": (
        post("/v1/models", b'{"document": {"name": "\\ud800"}}'),
        {422},
    ),
    "a deep document": (
        post("/v1/models", b'{"document":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001),
        UNREAD,
    ),
    "a pattern that backtracks": (
        post(
            "/v1/models/try",
            {
                "document": {"name": "x", "lines": {"pattern": "(a+)+$"}},
                "content": "a" * 60_000 + "!",
            },
        ),
        {200, 422},
    ),
    "an unknown rule": (post("/v1/imports", v1(block=["NOPE-01"])), {422}),
    "many rules": (post("/v1/imports", v1(block=["FEC-NUM-01"] * 10_000)), {422}),
    "an unknown field": (post("/v1/imports", v1(mode="erase everything")), {422}),
    "a key that repeats too long": (
        post("/v1/imports", v1(), idempotency_key="k" * 10_000),
        {400, 422},
    ),
}

QUICK = {"nested objects", "two lengths", "garbage", "a packed body", "many fields", "a NUL"}
SHAPES = [
    Shape(name, sent, frozenset(statuses), name in QUICK)
    for name, (sent, statuses) in ANSWERS.items()
]
