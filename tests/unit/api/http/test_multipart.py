"""A full disk while a caller sends a file."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import Request

from ecritures.api.http.multipart import receive_body
from ecritures.core.errors import TransientSourceError


def test_a_caller_is_told_that_the_disk_is_full(tmp_path):
    async def receive():
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": False}

    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    request = Request({"type": "http", "headers": []}, receive)
    with pytest.raises(TransientSourceError) as told:
        asyncio.run(receive_body(request, full))
    assert told.value.sentence.code == "download-disk-full"
