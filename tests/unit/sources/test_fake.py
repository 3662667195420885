"""The stand-in keeps the promises of the real one."""

from __future__ import annotations

import hashlib

import pytest

from ecritures.core.errors import SourceError, TransientSourceError
from ecritures.sources import failures
from ecritures.sources.fake import FakeDownloader

ADDRESS = "https://files.example/a.txt?sig=SECRET"


def test_it_follows_its_script_and_repeats_the_last_outcome(tmp_path):
    fake = FakeDownloader({ADDRESS: [failures.reset("https://files.example/a.txt"), b"FEC"]})
    seen: list[int] = []
    with pytest.raises(TransientSourceError):
        fake.download(ADDRESS, tmp_path / "a")
    assert not (tmp_path / "a").exists()
    for _ in range(2):
        fetched = fake.download(ADDRESS, tmp_path / "a", seen.append)
        assert (fetched.bytes, fetched.sha256) == (3, hashlib.sha256(b"FEC").hexdigest())
    assert (tmp_path / "a").read_bytes() == b"FEC"
    assert seen == [3, 3]
    assert fake.asked == [ADDRESS] * 3


def test_an_address_outside_the_script_has_no_file(tmp_path):
    with pytest.raises(SourceError) as missing:
        FakeDownloader({}).download(ADDRESS, tmp_path / "a")
    assert missing.value.sentence.code == "download-not-found"
    assert "SECRET" not in missing.value.sentence.fr
