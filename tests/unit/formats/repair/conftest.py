"""Repairs of files."""

from __future__ import annotations

import pytest

from ecritures.formats.repair.copy import write_repaired
from helpers.fec import NAME


@pytest.fixture
def repair(tmp_path):
    """Repair bytes; return the copy and what was changed."""

    def run(content, **sizes):
        path, output = tmp_path / NAME, tmp_path / "out.txt"
        path.write_bytes(content)
        repairs = write_repaired(path, output, **sizes)
        assert path.read_bytes() == content
        return output.read_bytes(), repairs

    return run
