"""The first program of the client's page, run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from helpers.paths import ROOT

FOLDER = ROOT / "clients/python"


def test_the_first_program_follows_an_import_to_its_end(sandbox, file):
    page = (FOLDER / "README.md").read_text("utf-8")
    program = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    for said, meant in (
        ("http://127.0.0.1:8000", sandbox["address"]),
        ("key:secret", sandbox["apiKey"]),
        ("CEGID003", "FAILED"),
    ):
        assert said in program
        program = program.replace(said, meant)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=file.parent,
        env=os.environ | {"PYTHONPATH": str(FOLDER / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "20240231" in done.stdout
    assert (file.parent / "anomalies.csv").stat().st_size > 0
