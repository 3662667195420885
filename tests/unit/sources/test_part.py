"""What may be joined to the part of a file that has arrived: only what says it is the same."""

from __future__ import annotations

import io

import httpx2
import pytest

from ecritures.core.errors import TransientSourceError
from ecritures.sources.part import Part

WHERE = "https://files.example/a"


def part_of(content=b"0123", announced=10):
    """A part that was cut, of a file whose length was announced, or not."""
    part = Part(io.BytesIO(), 1000, None)
    length = {"Content-Length": str(announced)} if announced else {}
    first = httpx2.Response(200, headers={"ETag": '"one"'} | length)
    assert part.accept(first, WHERE)
    for byte in content:
        part._append(bytes([byte]), WHERE)
    return part


def more(**changes):
    headers = {"ETag": '"one"', "Content-Range": "bytes 4-9/10", "Content-Length": "6"} | {
        name.replace("_", "-"): value for name, value in changes.items()
    }
    kept = {name: value for name, value in headers.items() if value is not None}
    return httpx2.Response(206, headers=kept)


@pytest.mark.parametrize(
    "answer",
    [
        more(),
        more(Content_Length=None),
        more(Content_Range="bytes 4-9/*"),
        more(Content_Range="bytes 4-6/10", Content_Length="3"),
    ],
)
def test_what_continues_the_same_file_is_joined(answer):
    assert part_of().accept(answer, WHERE)


@pytest.mark.parametrize(
    "answer",
    [
        more(ETag=None),
        more(ETag='"two"'),
        more(ETag='W/"one"'),
        more(Content_Range=None),
        more(Content_Range="bytes 3-9/10", Content_Length="7"),
        more(Content_Range="bytes 4-10/11", Content_Length="7"),
        more(Content_Range="bytes 4-8/*", Content_Length="5"),
        more(Content_Range="bytes 4-3/10", Content_Length="0"),
        more(Content_Range="bytes 4-10/10", Content_Length="7"),
        more(Content_Length="5"),
        more(Content_Range="bytes 4-9/1" + "0" * 5000),
    ],
)
def test_what_does_not_say_that_it_continues_the_file_is_not_joined(answer):
    assert not part_of().accept(answer, WHERE)


def test_a_range_tells_the_length_of_a_file_that_was_not_announced():
    part = part_of(announced=None)
    assert part.accept(more(), WHERE)
    short = httpx2.Response(206, stream=httpx2.ByteStream(b"4567"))
    with pytest.raises(TransientSourceError):
        part.write(short, WHERE)
