"""A file that arrives in pieces is whole, or goes on where it was."""

from __future__ import annotations

import os
import time

import pytest

from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.directory.keys import Caller
from ecritures.web.imports.partial_uploads import KEPT_SECONDS, PartialUploads

ME, OTHER = Caller("me", 1, "A", None), Caller("other", 1, "A", None)


@pytest.fixture
def uploads(tmp_path):
    return PartialUploads(tmp_path, ME)


@pytest.fixture
def piece(tmp_path):
    def make(content: bytes):
        path = tmp_path / "piece"
        path.write_bytes(content)
        return path

    return make


def test_pieces_in_order_make_the_file(uploads, piece):
    made = uploads.begin("a.txt", 5, 10)
    assert uploads.append(made, 0, piece(b"abc")) == 3
    found = uploads.find(made.id)
    assert (found.name, found.size, found.offset, found.is_whole) == ("a.txt", 5, 3, False)
    assert uploads.append(found, 3, piece(b"de")) == 5
    assert found.is_whole
    assert found.path.read_bytes() == b"abcde"
    uploads.forget(found)
    with pytest.raises(NotFoundError):
        uploads.find(made.id)


@pytest.mark.parametrize(("offset", "content"), [(1, b"x"), (0, b"toolong")])
def test_a_piece_that_does_not_fit_is_refused(uploads, piece, offset, content):
    made = uploads.begin("a.txt", 5, 10)
    with pytest.raises(ConflictError):
        uploads.append(made, offset, piece(content))
    assert made.offset == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(uploads):
    with pytest.raises(RefusedRequestError):
        uploads.begin("a.txt", 11, 10)


@pytest.mark.parametrize("name", ["../x", "nothing", "0" * 36])
def test_nobody_else_finds_it(uploads, tmp_path, name):
    made = uploads.begin("a.txt", 5, 10)
    for number in (made.id, name):
        with pytest.raises(NotFoundError):
            PartialUploads(tmp_path, OTHER).find(number)


def test_what_was_left_for_a_day_goes(uploads):
    old = uploads.begin("a.txt", 5, 10)
    before = time.time() - KEPT_SECONDS - 1
    os.utime(old.path.parent, (before, before))
    uploads.begin("b.txt", 5, 10)
    with pytest.raises(NotFoundError):
        uploads.find(old.id)
