"""The architecture page draws the packages as they are."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from ecritures.imports import state

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "src" / "ecritures"
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def layers() -> list[str]:
    """Every package of the layer contract, from top to bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    contract = next(one for one in contracts if one["type"] == "layers")
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def test_the_table_lists_the_layers_from_top_to_bottom():
    assert re.findall(r"^\| `(\w+)` \|", section("Packages"), re.MULTILINE) == layers()


def test_every_package_has_its_layer():
    folders = {path.parent.name for path in PACKAGES.glob("*/__init__.py")}
    assert folders == set(layers())


def test_the_diagram_names_packages_and_modules_that_exist():
    labels = re.findall(r'\["([^"<:]+)', section("The way of a file"))
    names = [name for label in labels for name in label.split(", ")]
    missing = [
        name
        for name in names
        if not (PACKAGES / name.replace(".", "/")).is_dir()
        and not (PACKAGES / f"{name.replace('.', '/')}.py").is_file()
    ]
    # Publishing is drawn apart because it is the moment that counts.
    assert (bool(names), missing) == (True, ["publish"])


def test_the_places_to_find_things_exist():
    paths = re.findall(r"`([a-z_0-9]+/[\w./]*)`", section("Where to find it").partition("|")[2])
    assert paths
    assert [path for path in paths if not (PACKAGES / path).exists()] == []


def test_the_diagram_of_states_names_the_functions_that_change_them():
    functions = {
        node.name
        for name in (
            "state/running.py",
            "state/recovery.py",
            "state/asked.py",
            "state/columns.py",
        )
        for node in ast.parse((PACKAGES / "imports" / name).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    arrows = re.findall(r"-->.*: (.*)", section("The states of an import"))
    named = {name for arrow in arrows for name in re.findall(r"\w+", re.sub(r"\(.*\)", "", arrow))}
    assert named <= functions
    writers = set(state.__all__) - {"progress", "renew_leases", "update_owned"}  # no transition
    assert {name for name in writers if name.islower()} <= named


def test_the_page_and_the_package_say_the_same_of_the_states():
    arrow = re.compile(r"^ *(\S+ --> .*)$", re.MULTILINE)
    drawn = arrow.findall(section("The states of an import"))
    assert drawn
    assert arrow.findall(state.__doc__) == drawn


def test_the_recipes_name_files_that_exist():
    recipes = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Recipes\n")[2]
    paths = re.findall(r"`([a-z_0-9]+/[\w./]*)`", recipes.partition("### ")[2])
    missing = [
        path for path in paths if not (PACKAGES / path).exists() and not (ROOT / path).exists()
    ]
    assert (bool(paths), missing) == (True, [])
