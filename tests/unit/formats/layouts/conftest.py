"""A small file, and what a model reads in it."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model


@pytest.fixture
def file_of(tmp_path):
    """Write a text or bytes to a file."""

    def write(content):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def read(file_of):
    """Read a text or bytes by the document of a model."""

    def run(document, content):
        return try_model(load_model(document), file_of(content))

    return run
