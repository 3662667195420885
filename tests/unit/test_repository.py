"""The conventions of the repository, enforced."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecritures.cli.app import app
from ecritures.config.settings import Settings
from ecritures.rules.catalogue import RULES
from helpers.paths import ROOT
from helpers.program import clean_environment

REFERENCE = ROOT / "docs" / "reference"
FILE_LINES_MAX = 400
TEST_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
NOT_OURS = {"__pycache__", "data", "dist", "node_modules", "build", "htmlcov"}
SOURCE = ROOT / "src" / "ecritures"
VENDORED = SOURCE / "api" / "operations" / "static"

OF_NO_MODULE = {
    "reading/test_entry_cases.py",  # folders of files, each read whole
    "reading/test_fec_cases.py",
    "rules/test_every_rule.py",  # the tables of rules
    "rules/test_official_tool.py",
    "test_architecture_page.py",
    "test_decision_records.py",
    "test_repository.py",
}
"""Unit tests that test no single module."""

# Written in pieces, so that this file does not name them.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("deb", "debian", "org"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|Users|root|opt|work|mnt|srv)/\w")


def our_files() -> list[Path]:
    """Every file of the checkout but what tools have left there."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [n for n in names if n not in NOT_OURS and (n[0] != "." or n == ".ci")]
        found += [Path(folder) / name for name in files]
    return [
        path
        for path in found
        if path.name not in {".git", "uv.lock"}
        and not path.name.startswith(".coverage")
        and not path.is_relative_to(VENDORED)
    ]


def python_files() -> list[Path]:
    return [path for path in our_files() if path.suffix == ".py"]


def test_no_source_file_is_too_long():
    too_long = {
        str(path.relative_to(ROOT)): count
        for path in python_files()
        if "migrations" not in path.parts  # a migration tells one schema in one go
        and (count := len(path.read_text("utf-8").splitlines()))
        > (TEST_LINES_MAX if "tests" in path.parts else FILE_LINES_MAX)
    }
    assert too_long == {}


def functions(tree):
    """Functions, those of classes included; one within another is as long as a part of it."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node)
        yield node


def test_no_function_is_too_long():
    too_long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in python_files()
        if "migrations" not in path.parts  # a migration tells one schema in one go
        and (text := path.read_text("utf-8")).count("\n") > FUNCTION_LINES_MAX
        for node in functions(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert too_long == {}


def test_unit_tests_stand_where_the_module_they_test_stands():
    unit = ROOT / "tests" / "unit"
    strays = []
    for test in sorted(unit.rglob("test_*.py")):
        path = test.relative_to(unit)
        module = SOURCE / path.parent / path.stem.removeprefix("test_")
        if path.as_posix() not in OF_NO_MODULE and not any(
            one.is_file() for one in (module.with_suffix(".py"), module / "__init__.py")
        ):
            strays.append(path.as_posix())
    assert strays == []


def test_nothing_names_a_package_registry_nor_a_path_of_some_machine():
    named = []
    for path in our_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found = [host for host in REGISTRY_HOSTS if host in text] + MACHINE_PATH.findall(text)
        named += [f"{path.relative_to(ROOT)}: {one}" for one in found]
    assert named == []


def command_names() -> list[str]:
    """Every command but the groups, which only hold others."""
    names = [str(command.name) for command in app.registered_commands]
    for group in app.registered_groups:
        held = group.typer_instance.registered_commands
        names += [f"{group.name} {command.name}" for command in held]
    return names


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_in_the_reference_with_json_and_an_example(name):
    page = (REFERENCE / "command-line.md").read_text("utf-8")
    section = page.partition(f"## `ecritures {name}`")[2].partition("\n## ")[0]
    assert "--json" in section
    assert "Example: ecritures" in " ".join(section.split()) or "Example: ECRITURES_" in section


def test_every_setting_is_in_the_reference():
    page = (REFERENCE / "settings.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"`ECRITURES_{name.upper()}`" not in page]
    assert missing == []


def test_every_rule_is_in_the_reference():
    page = (REFERENCE / "rules.md").read_text("utf-8")
    assert [code for code in RULES if f"`{code}`" not in page] == []


def test_every_error_code_is_in_the_reference():
    page = (REFERENCE / "errors.md").read_text("utf-8")
    literal = re.compile(
        r"(?:Error|Sentence|_refuse|refusal|__init__)\("
        r"\s*(?:\d+,\s*|\"[a-z]+\",\s*)?\"([a-z0-9]+(?:-[a-z0-9]+)+)\""
    )
    codes = {
        code
        for path in (ROOT / "src").rglob("*.py")
        for code in literal.findall(path.read_text("utf-8"))
    }
    assert len(codes) > 100
    assert [code for code in sorted(codes) if f"| `{code}` |" not in page] == []
    assert [
        row for row in page.splitlines() if re.match(r"\| `.*\| [a-z-]+ \| [^|]* \|$", row)
    ] == []


@pytest.mark.heavy
def test_the_generated_reference_is_what_the_code_says():
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["make run", "make test"])
def test_the_readme_begins_with_the_two_commands(name):
    beginning = (ROOT / "README.md").read_text("utf-8")[:600]
    assert name in beginning


def test_no_two_packages_or_modules_differ_by_an_s():
    names = {path.stem for path in (ROOT / "src").rglob("*.py")}
    names |= {path.parent.name for path in (ROOT / "src").rglob("__init__.py")}

    assert sorted(name for name in names if f"{name}s" in names) == []


@pytest.mark.parametrize("adapter", ["api", "cli", "web"])
def test_whoever_parses_and_renders_opens_no_transaction(adapter):
    opening = re.compile(r"\b(?:database|everyone)\.(?:read|read_long|write|load)\(")
    modules = (ROOT / "src" / "ecritures" / adapter).rglob("*.py")
    assert [str(path) for path in modules if opening.search(path.read_text("utf-8"))] == []


def test_what_the_two_databases_do_differently_is_in_the_package_of_the_database():
    modules = (ROOT / "src" / "ecritures").rglob("*.py")
    elsewhere = [path for path in modules if "database" not in path.parts]
    assert [str(path) for path in elsewhere if "dialect.name" in path.read_text("utf-8")] == []
