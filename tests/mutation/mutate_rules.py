"""Change the rules in one place at a time, and see whether the tests of rules notice.

    python tests/mutation/mutate_rules.py [--count 60] [--seed 1] [--all] [--only code,condition]

Each change is made in a copy of the sources, never in place. The share caught is printed with the
changes that no test noticed; the exit code is 1 when there is one.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import runpy
import shutil
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ecritures"
CATALOGUE = "rules/catalogue.toml"
CONDITIONS = ("rules/**/*.py",)
RAISING = (*CONDITIONS, "formats/**/*.py", "reading/*.py")
ROWS = ROOT / "tests" / "unit" / "rules" / "test_every_rule.py"
OTHER_TESTS = (
    *("tests/unit/rules/test_official_tool.py", "tests/unit/test_check_fec.py"),
    *("tests/unit/test_entries.py", "tests/unit/test_fec_xml.py", "tests/unit/test_fec_fixed.py"),
    "tests/unit/test_fec_cases.py",
)
WARM = ("polars", "pydantic_settings", "pytest", "python_calamine", "stdnum.fr", "xlsxwriter")
SECONDS_MAX = 1200  # beyond, a change has made a test endless, which is noticed
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
ANNOTATIONS = ("annotation", "returns")
CODE = re.compile(r"(?:FEC|MOD)-[A-Z]{3}-[0-9]{2}")
OPPOSITES = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.GtE: "<", ast.Gt: "<=", ast.LtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
    ast.BitAnd: "|", ast.BitOr: "&", ast.And: "or", ast.Or: "and",
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: what stands between two bytes of a file is replaced."""

    kind: str
    file: str
    start: int
    end: int
    new: str

    def told(self) -> str:
        data = (PACKAGE / self.file).read_bytes()
        old = " ".join(data[self.start : self.end].decode().split())
        new = " ".join(self.new.split())
        if self.file == CATALOGUE:  # name the rule, for the change is of a line inside it
            head = data.rfind(b"\n[", 0, self.start + 2) + 1
            old = f"{data[head : data.find(b']', head) + 1].decode()} {old}"
        return f"{self.kind} {self.file}: {old[:200]} -> {new[:200]}"


class Finder:
    """Finds where a source file may be changed."""

    def __init__(self, file: str, codes: list[str]) -> None:
        self._file = file
        self._codes = codes
        self._text = (PACKAGE / file).read_bytes()
        self._starts = [0]
        for line in self._text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        tree = ast.parse(self._text)
        told = [getattr(one, name, None) for one in ast.walk(tree) for name in ANNOTATIONS]
        types = {id(part) for one in told if one for part in ast.walk(one)}
        self._nodes = [node for node in ast.walk(tree) if id(node) not in types]

    def raised(self):
        """Codes, and the columns and lines they are told at."""
        for node in self._nodes:
            if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
                at = self._codes.index(node.value) + 1
                yield self._changed("code", node, f'"{self._codes[at % len(self._codes)]}"')
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", "")
                for keyword in node.keywords:
                    if keyword.arg == "column" and called in ("add", "extend"):
                        yield self._changed("column", keyword.value, '"Autre"')
                    if keyword.arg == "line" and called == "add":
                        yield self._changed("line", keyword.value, "4321")

    def conditions(self):
        """Conditions, negated, and what they are put together of."""
        for node in self._nodes:
            if isinstance(node, ast.If | ast.IfExp) and "TYPE_CHECKING" not in ast.dump(node.test):
                yield self._changed("condition", node.test, f"not ({self._of(node.test)})")
            elif isinstance(node, ast.Compare) and len(node.ops) == 1:
                yield self._joined(node, node.ops[0], [node.left, *node.comparators])
            elif isinstance(node, ast.BinOp) and type(node.op) in OPPOSITES:
                yield self._joined(node, node.op, [node.left, node.right])
            elif isinstance(node, ast.BoolOp):
                yield self._joined(node, node.op, node.values)
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
                yield self._changed("condition", node, f"({self._of(node.operand)})")

    def _place(self, node):
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def _of(self, node) -> str:
        start, end = self._place(node)
        return self._text[start:end].decode()

    def _joined(self, node, operator, parts):
        opposite = f" {OPPOSITES[type(operator)]} "
        return self._changed("condition", node, opposite.join(f"({self._of(x)})" for x in parts))

    def _changed(self, kind, node, new):
        return Mutant(kind, self._file, *self._place(node), new)


def of_catalogue():
    """Severities, blocks, and the codes of rules that differ in them."""
    data = (PACKAGE / CATALOGUE).read_bytes()
    rules = tomllib.loads(data.decode())
    heads = {match[1].decode(): match for match in re.finditer(rb"^\[(.+)\]$", data, re.MULTILINE)}
    others = {"error": "warning", "warning": "information", "information": "error"}
    for code, rule in rules.items():
        _, start = heads[code].span()
        severity = re.compile(rb'severity = "(\w+)"\n').search(data, start)
        yield Mutant("severity", CATALOGUE, *severity.span(1), others[rule["severity"]])
        end = severity.end()
        for key in ("structural", "blocks"):
            line = f"{key} = true\n"
            at = data.find(line.encode(), end, data.find(b"\nfr = ", end) + 1)
            place = (at, at + len(line), "") if at >= 0 else (end, end, line)
            yield Mutant("blocking", CATALOGUE, *place)
        later = [one for one in heads if heads[one].start() > start]
        other = next((one for one in later if _said(rules[one]) != _said(rule)), None)
        if other:
            between = data[start : heads[other].start()].decode()
            place = (heads[code].start(), heads[other].end())
            yield Mutant("swap", CATALOGUE, *place, f"[{other}]{between}[{code}]")


def _said(rule):
    return [rule.get(key) for key in ("severity", "blocks", "structural")]


def every_mutant() -> list[Mutant]:
    codes = list(tomllib.loads((PACKAGE / CATALOGUE).read_text("utf-8")))
    found = list(of_catalogue())
    for patterns, look in ((RAISING, Finder.raised), (CONDITIONS, Finder.conditions)):
        for path in sorted({path for one in patterns for path in PACKAGE.glob(one)}):
            found += look(Finder(str(path.relative_to(PACKAGE)), codes))
    known = EQUIVALENT.read_text("utf-8").splitlines() if EQUIVALENT.exists() else []
    return [mutant for mutant in found if mutant.told() not in known]


def is_caught(mutant: Mutant) -> bool:
    """Run the tests on the changed sources, in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ecritures"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        data = (copy / mutant.file).read_bytes()
        changed = data[: mutant.start] + mutant.new.encode() + data[mutant.end :]
        (copy / mutant.file).write_bytes(changed)
        child = os.fork()
        if child == 0:
            _run_tests(folder, CODE.findall(mutant.told()) or CODE.findall(data.decode()))
        deadline = time.monotonic() + SECONDS_MAX
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(child, 9)
            time.sleep(0.05)
        return ended[1] != 0


def _run_tests(folder: str, codes: list[str]) -> None:
    """Try the rows, those of the codes that the change or its file names first; then the rest."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.chdir(ROOT)
    sys.path[:0] = [folder, str(ROOT / "tests")]
    failed = 1
    with suppress(Exception):  # without pytest, which takes longer to start than they do to run
        table = runpy.run_path(str(ROWS))
        tests = [table[name] for name in table if name.startswith("test_is_")]
        for row in sorted(table["ROWS"], key=lambda row: row[:10] not in codes):
            for test in (*tests, table["test_decides_the_two_verdicts"]):
                test(row)
        how = ["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
        failed = sys.modules["pytest"].main([*how, *OTHER_TESTS])
    os._exit(int(failed))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="", help="kinds of change, with commas between")
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args()
    sys.dont_write_bytecode = True
    os.environ["POLARS_MAX_THREADS"] = "1"
    for name in WARM:
        __import__(name)
    mutants = [one for one in every_mutant() if not told.only or one.kind in told.only.split(",")]
    if not told.all:
        mutants = random.Random(told.seed).sample(mutants, min(told.count, len(mutants)))  # noqa: S311
    sys.stdout.write(f"seed {told.seed}, {len(mutants)} changes\n")
    caught = 0
    with get_context("fork").Pool(told.jobs) as pool:
        for mutant, is_noticed in zip(mutants, pool.imap(is_caught, mutants), strict=True):
            caught += is_noticed
            sys.stdout.write("." if is_noticed else f"\nnot noticed: {mutant.told()}\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{caught} of {len(mutants)} caught ({caught / len(mutants):.1%})\n")
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
