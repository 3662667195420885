"""Files for chaos, each with a content of its own, and what must become of each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from helpers.fec import entries, entry, fec
from helpers.striking import READER_CPU_SECONDS
from helpers.workbooks import ENTRY, xlsx, xlsx_rows
from hostile import archives, texts, workbooks, xmls

if TYPE_CHECKING:
    from random import Random

LABEL = b"LABEL"
ROWS = 12_000  # for each second that a reader may use
PRIME = 982_451_653  # texts that are hardly compressed: an archive must not expand too much
DEADLY = ("reader-",)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Asked:
    """A file that was asked to be imported.

    Attributes:
        content: What tells its content from any other of the dossier; requests may share it.
        entries: How many it has, if it is to be posted.
        codes: The code that it must end with otherwise, or how that begins; one of them.
        file: Its bytes.
        model: The import model by which it is read; none for a FEC.
    """

    content: str
    entries: int = 0
    codes: tuple[str, ...] = ()
    file: bytes = field(default=b"", repr=False)
    model: str | None = None


def good(size: int) -> Asked:
    """Return a file that is to be posted."""
    label = _label()
    return Asked(label, size, (), _template(size).replace(LABEL, label.encode()))


def unbalanced() -> Asked:
    """Return a file that is to be refused."""
    label = _label()
    return Asked(label, 0, ("import-refused",), fec(entry(1, "1.50", EcritureLib=label)))


def hostile(rng: Random) -> Asked:
    """Return one of the files that mean harm, and are refused for it."""
    case = rng.choice(_hostile_cases())
    return Asked(_label(), 0, ("import-refused", "archive-"), case.make(), case.told.get("model"))


def hungry() -> Asked:
    """Return a file whose reader takes more processor time than it is granted, and dies."""
    names, *entry_ = ENTRY
    rows = [
        [*row[:3], str(number * PRIME), *row[4:]]
        for number in range(ROWS * READER_CPU_SECONDS)
        for row in entry_
    ]
    return Asked(_label(), 0, DEADLY, xlsx(xlsx_rows([names, *rows])), "xlsx")


def _label() -> str:
    return f"n° {next(_numbers)}"


@cache
def _template(size: int) -> bytes:
    return fec(entries(size, EcritureLib=LABEL.decode()))


@cache
def _hostile_cases():
    cases = [case for family in (texts, xmls, workbooks, archives) for case in family.CASES]
    return [
        case
        for case in cases
        if case.quick and case.importable is False and set(case.told) <= {"model"}
    ]
