"""The programs of `docs/how-to/import-from-a-program.md`, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid

import httpx2
import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.node import NODE
from helpers.paths import ROOT
from helpers.sandbox import running_sandbox

PAGE = (ROOT / "docs/how-to/import-from-a-program.md").read_text("utf-8")
PROGRAMS = dict(re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = {"python": [sys.executable], "sh": ["sh"], "js": [NODE]}
NAMES = {"python": "import_it.py", "sh": "import.sh", "js": "import.mjs"}
LINES_MAX = 50
CLIENT = str(ROOT / "clients/python/src")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as shown:
        with httpx2.Client(
            base_url=shown["address"], headers={"x-apikey": shown["apiKey"]}
        ) as client:
            choice = {"policies": {"duplicates": "allow", "openings": "allow"}}
            client.patch("/v1/domains/BACASABLE", json=choice).raise_for_status()
        yield shown


@pytest.fixture(params=sorted(COMMANDS))
def run(request, sandbox, tmp_path):
    """Run a program of the page on a file of its own."""
    program = tmp_path / NAMES[request.param]
    program.write_text(PROGRAMS[request.param])
    file = tmp_path / SAMPLE_NAME
    file.write_bytes(sample_bytes().replace(b"Reprise", uuid.uuid4().hex.encode()))

    def run(dossier):
        given = {"SERVICE": sandbox["address"], "KEY": sandbox["apiKey"], "DOSSIER": dossier}
        return subprocess.run(
            [*COMMANDS[request.param], program, file],
            env=os.environ | given | {"PYTHONPATH": CLIENT},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_page_has_five_languages():
    assert set(PROGRAMS) == {"python", "sh", "js", "csharp", "php"}
    assert [name for name, text in PROGRAMS.items() if text.count("\n") > LINES_MAX] == []


def test_a_file_is_posted(run):
    done = run("CEGID003")
    assert (done.returncode, done.stderr) == (0, "")
    assert "posted to CEGID003" in done.stdout


def test_what_is_wrong_is_shown(run):
    done = run("FAILED")
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(r"\b4\b.*20240231", done.stdout)


def test_a_refusal_is_shown(run):
    done = run("INCONNU")
    assert done.returncode != 0
    assert "dossier-unknown" in done.stdout + done.stderr


def test_a_busy_service_is_asked_again(run):
    done = run("429-ONCE")
    assert (done.returncode, done.stdout.count("posted to 429-ONCE")) == (0, 1)
