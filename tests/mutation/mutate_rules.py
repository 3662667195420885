"""Change the rules in one place at a time, and see whether the tests of rules notice.

    python tests/mutation/mutate_rules.py [--count 60, or 0 for all] [--seed 1] [--only code,column]

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
import signal
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
OTHERS = [
    *("tests/unit/rules/test_official_tool.py", "tests/unit/rules/test_catalogue.py"),
    *("tests/unit/reading/test_check.py", "tests/unit/rules/entries/test_grouping.py"),
    *("tests/unit/formats/fec_xml/test_reader.py", "tests/unit/formats/fec/test_fixed.py"),
    *("tests/unit/reading/test_fec_cases.py", "tests/unit/rules/families/test_exo.py"),
]
WARM = ("polars", "pydantic_settings", "pytest", "python_calamine", "stdnum.fr", "xlsxwriter")
SECONDS_MAX = 120  # for one test: beyond, the change has made it endless, which is noticed
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
SAID = ("severity", "blocks", "structural")
ANNOTATIONS = ("annotation", "returns")
CODE = re.compile(r"(?:FEC|MOD|TRA|JSON)-[A-Z]{3}-[0-9]{2}")
OPPOSITES = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.GtE: "<", ast.Gt: "<=", ast.LtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
    ast.BitAnd: "|", ast.BitOr: "&", ast.And: "or", ast.Or: "and",
}  # fmt: skip


class Mutant(NamedTuple):
    """What stands between two bytes of a file is replaced."""

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
        self._starts = [0, *(match.end() for match in re.finditer(b"\n", self._text))]
        tree = ast.parse(self._text)
        told = [getattr(one, name, None) for one in ast.walk(tree) for name in ANNOTATIONS]
        types = {id(part) for one in told if one for part in ast.walk(one)}
        self._nodes = [node for node in ast.walk(tree) if id(node) not in types]

    def raised(self):
        for node in self._nodes:
            if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
                at = self._codes.index(node.value) + 1
                yield self._changed("code", node, f'"{self._codes[at % len(self._codes)]}"')
            called = isinstance(node, ast.Call) and getattr(node.func, "attr", "")
            for keyword in node.keywords if called in ("add", "extend") else ():
                if keyword.arg in ("column", "line"):
                    new = {"column": '"Autre"', "line": "4321"}[keyword.arg]
                    yield self._changed(keyword.arg, keyword.value, new)

    def conditions(self):
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
        first, last = self._starts[node.lineno - 1], self._starts[node.end_lineno - 1]
        return first + node.col_offset, last + node.end_col_offset

    def _of(self, node) -> str:
        return self._text[slice(*self._place(node))].decode()

    def _joined(self, node, operator, parts):
        opposite = f" {OPPOSITES[type(operator)]} "
        return self._changed("condition", node, opposite.join(f"({self._of(x)})" for x in parts))

    def _changed(self, kind, node, new):
        return Mutant(kind, self._file, *self._place(node), new)


def of_catalogue():
    """Severities, blocks, and codes exchanged of rules that differ in them."""
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
        said = [rule.get(key) for key in SAID]
        later = (one for one in heads if heads[one].start() > start)
        if other := next((x for x in later if [rules[x].get(key) for key in SAID] != said), None):
            between = data[start : heads[other].start()].decode()
            place = (heads[code].start(), heads[other].end())
            yield Mutant("swap", CATALOGUE, *place, f"[{other}]{between}[{code}]")


def every_mutant() -> list[Mutant]:
    codes = list(tomllib.loads((PACKAGE / CATALOGUE).read_text("utf-8")))
    found = list(of_catalogue())
    for patterns, look in ((RAISING, Finder.raised), (CONDITIONS, Finder.conditions)):
        for path in sorted({path for one in patterns for path in PACKAGE.glob(one)}):
            found += look(Finder(str(path.relative_to(PACKAGE)), codes))
    known = EQUIVALENT.read_text("utf-8").splitlines()
    return [mutant for mutant in found if mutant.told() not in known]


def tried(mutant: Mutant) -> tuple[Mutant, int]:
    """Run the tests on the changed sources, in a process of their own; return how it ended.

    Each test has `SECONDS_MAX`, not all of them together: on a slow machine, a change that no test
    notices would otherwise be taken for one that makes a test endless.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ecritures"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        data = (copy / mutant.file).read_bytes()
        changed = data[: mutant.start] + mutant.new.encode() + data[mutant.end :]
        (copy / mutant.file).write_bytes(changed)
        child = os.fork()
        if child == 0:
            _run_tests(folder, CODE.findall(mutant.told()) or CODE.findall(data.decode()))
        return mutant, os.waitpid(child, 0)[1]


def _run_tests(folder: str, codes: list[str]) -> None:
    """Try the rows of the codes that the change, or its file, names; the other tests; all rows."""
    for output in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    signal.alarm(SECONDS_MAX)
    os.chdir(ROOT)
    sys.path[:0] = [folder, str(ROOT / "tests")]
    with suppress(Exception):  # rows without pytest, which takes longer to start than they to run
        table = runpy.run_path(str(ROWS))
        tests = [table[name] for name in table if name.startswith(("test_is_", "test_decides_"))]
        named = [row for row in table["ROWS"] if row[:10] in codes]
        _try(tests, named)
        told = ["-xq", "-pno:xdist", "-pno:cacheprovider", *OTHERS]
        if not sys.modules["pytest"].main(told, plugins=[Alarm()]):
            _try(tests, set(table["ROWS"]) - set(named))
            os._exit(0)
    os._exit(1)


class Alarm:
    """Ends the process when a test takes too long, even where it is stuck in native code."""

    def pytest_runtest_logstart(self) -> None:
        signal.alarm(SECONDS_MAX)


def _try(tests, rows) -> None:
    for row in rows:
        for test in tests:
            signal.alarm(SECONDS_MAX)
            test(row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000)
    parser.add_argument("--only", default="", help="kinds of change, with commas between")
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args()
    sys.dont_write_bytecode = True
    os.environ["POLARS_MAX_THREADS"] = "1"
    for name in WARM:
        __import__(name)
    mutants = [one for one in every_mutant() if not told.only or one.kind in told.only.split(",")]
    count = min(told.count or len(mutants), len(mutants))
    mutants = random.Random(told.seed).sample(mutants, count)  # noqa: S311
    sys.stdout.write(f"seed {told.seed}, {len(mutants)} changes\n")
    caught = endless = 0
    with get_context("fork").Pool(told.jobs) as pool:
        for mutant, status in pool.imap_unordered(tried, mutants):
            caught += status != 0
            endless += status == signal.SIGALRM
            sys.stdout.write("." if status else f"\nnot noticed: {mutant.told()}\n")
            sys.stdout.flush()
    share = caught / len(mutants)
    sys.stdout.write(f"\n{caught} of {len(mutants)} caught ({share:.1%}), {endless} endless\n")
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
