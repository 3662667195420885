"""The client stands alone: it needs one library, and nothing of the service."""

from __future__ import annotations

import ast
import sys
import tomllib

from helpers.paths import ROOT

FOLDER = ROOT / "clients/python"
PACKAGE = FOLDER / "src/ecritures_client"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_only_the_declared_library_is_imported():
    told = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))
    assert told["project"]["dependencies"] == ["httpx2>=2.16"]
    modules = {name.partition(".")[0] for path in PACKAGE.glob("*.py") for name in imported(path)}
    assert modules - sys.stdlib_module_names == {"ecritures_client", "httpx2"}


def test_it_is_typed_and_is_a_version_with_the_service():
    told = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (told["version"], told["requires-python"]) == (ours["version"], ours["requires-python"])
    assert (PACKAGE / "py.typed").is_file()
