"""Each hostile file gets a verdict: quickly, in little memory, without a crash.

Every run tries a few of them; `make test-hostile` tries all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostile import archives, layouts, texts, workbooks, xmls

CASES = {
    case.name: case
    for family in (texts, xmls, layouts, workbooks, archives)
    for case in family.CASES
}
TRIED = CASES if os.environ.get("HOSTILE") else [c for c in CASES if CASES[c].quick]
DETAILS_BYTES_MAX = 8 << 20
CHILD = Path(__file__).with_name("child.py")


@pytest.mark.parametrize("name", TRIED)
def test_a_hostile_file_gets_a_verdict(tmp_path, name):
    case = CASES[name]
    path = tmp_path / "source"
    path.write_bytes(case.make())

    run = subprocess.run(
        [sys.executable, str(CHILD), str(path), json.dumps(case.told)],
        capture_output=True,
        text=True,
        timeout=case.seconds_max,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-2000:]
    outcome = json.loads(run.stdout)
    assert set(case.codes) <= set(outcome["codes"])
    assert case.importable in {None, outcome["importable"]}
    assert outcome["mib"] <= case.memory_mib_max
    assert outcome["details"] <= DETAILS_BYTES_MAX


def test_there_are_many_of_them():
    assert len(CASES) >= 150
    assert 10 <= sum(case.quick for case in CASES.values()) <= 20
