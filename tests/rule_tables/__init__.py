"""The tables of rules: one module for each family of codes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

RULES = [
    rule
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))
    for rule in import_module(f"rule_tables.{path.stem}").RULES
]
