"""Each code is decided where its name says, so that nobody has to search for it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from ecritures.rules.catalogue import RULES

SOURCE = Path(__file__).parents[3] / "src" / "ecritures"
FAMILIES = "rules/families"
READERS = ("formats/", "reading/")
NAMING_ONLY = (
    "rules/dgfip.py",  # what the official tool makes of codes raised elsewhere
    "rules/unread.py",  # what explains an entry off balance
)
FILE_NAMES = {"aux": "aux_"}  # Windows does not allow a file named aux.py
CODE = re.compile(r"(?:FEC|MOD|TRA|JSON)-[A-Z]{3}-[0-9]{2}")


def codes_in(path: Path) -> set[str]:
    """Every code that a module names, except where it looks a count up."""
    text = path.read_text(encoding="utf-8")
    if not CODE.search(text):
        return set()
    nodes = [*ast.walk(ast.parse(text))]
    looked_up = {id(node.slice) for node in nodes if isinstance(node, ast.Subscript)}
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and id(node) not in looked_up
        and CODE.fullmatch(str(node.value))
    }


def raising_modules() -> dict[str, set[str]]:
    """Code → the modules of rules and readers that raise it."""
    modules = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.relative_to(SOURCE).as_posix()
        if module.startswith(("rules/", *READERS)) and module not in NAMING_ONLY:
            for code in codes_in(path):
                modules[code].add(module)
    return dict(modules)


RAISED_BY = raising_modules()


def family_of(code: str) -> str:
    prefix = code.split("-")[1].lower()
    return f"{FAMILIES}/{FILE_NAMES.get(prefix, prefix)}.py"


def test_each_code_of_the_catalogue_is_raised_and_no_other_is():
    assert RAISED_BY.keys() == RULES.keys()


@pytest.mark.parametrize("code", RULES)
def test_a_code_is_decided_in_its_family_or_by_a_reader(code):
    in_rules = {module for module in RAISED_BY[code] if module.startswith("rules/")}

    assert in_rules <= {family_of(code)}


def test_each_family_decides_something():
    families = {f"{FAMILIES}/{path.name}" for path in (SOURCE / FAMILIES).glob("[!_]*.py")}

    assert families == {m for modules in RAISED_BY.values() for m in modules if FAMILIES in m}
