"""The pytest plugin, in the tests of somebody else's program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

from helpers.paths import ROOT

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGE = (ROOT / "docs/how-to/pytest-plugin.md").read_text("utf-8")

UNUSED = """
import sys

def test_that_asks_for_nothing():
    loaded = {name for name in sys.modules if name.partition(".")[0] == "ecritures"}
    assert loaded == {"ecritures", "ecritures.testing", "ecritures.testing.plugin"}
"""
SHARED = """
import httpx2
import pytest

@pytest.mark.parametrize("name", ["first", "second"])
def test_of_a_program(ecritures_sandbox, name):
    headers = {"x-apikey": ecritures_sandbox.key}
    with httpx2.Client(base_url=ecritures_sandbox.address, headers=headers) as client:
        codes = {one["code"] for one in client.get("/v1/dossiers").json()["items"]}
        assert client.get("/v1/keys", headers={"x-apikey": ecritures_sandbox.limited_key}).is_error
    assert codes > set(ecritures_sandbox.dossiers)
    assert codes > set(ecritures_sandbox.outcomes.values())
    print("address", ecritures_sandbox.address)
"""


@pytest.fixture
def run(tmp_path):
    """Run the tests of a program, with the plugin as this checkout declares it."""
    installed = tmp_path / "installed" / "plugin-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 0\n")
    [(name, module)] = DECLARED["entry-points"]["pytest11"].items()
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{name} = {module}\n")

    def run(text, **environment):
        (tmp_path / "test_program.py").write_text(text)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-s",
                "-p",
                "no:schemathesis",
                "test_program.py",
            ],
            cwd=tmp_path,
            env=os.environ
            | {"PYTHONPATH": f"{installed.parent}{os.pathsep}{ROOT / 'src'}"}
            | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_tests_that_do_not_ask_for_it_pay_nothing(run):
    assert "1 passed" in run(UNUSED)


def test_one_sandbox_serves_every_test_and_ignores_the_environment(run):
    told = run(SHARED, ECRITURES_DATABASE_URL="postgresql://nowhere.example/x", ECRITURES_PORT="1")
    assert "2 passed" in told
    assert len(set(re.findall(r"address (\S+)", told))) == 1


def test_the_example_of_the_page_passes(run):
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert "1 passed" in run(example)


def test_the_extra_brings_pytest():
    assert DECLARED["optional-dependencies"]["testing"] == ["pytest>=8"]
