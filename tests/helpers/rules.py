"""The words of the rule tables: a row, and the small files that rows are made of."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.fec import COLUMNS, entry, fec, line
from helpers.reading import File

ERROR, WARNING, INFORMATION = "error", "warning", "information"
NO, LIFTABLE, ALWAYS = "no", "liftable", "always"  # whether it blocks, and whether that is lifted
SIGNED = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS]
CASH = [*COLUMNS, "DateRglt", "ModeRglt", "NatOp"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, an input that raises it, and one that very nearly does.

    Attributes:
        code: The code.
        severity: `ERROR`, `WARNING` or `INFORMATION`.
        blocking: `NO`, `LIFTABLE` or `ALWAYS`.
        line: Where it stands; several when it is raised several times.
        column: The column it stands in.
        raised_by: The smallest input that raises it.
        not_by: The near miss.
        also: The other codes of the input, which cannot be avoided.
        also_not: Those of the near miss.
        value: What the anomaly shows, where that is worth a test.
        expected: What it says was expected; the same on each line, or one for each.
        counted: How many there are, where one anomaly counts for several lines.
    """

    code: str
    severity: str
    blocking: str
    line: int | tuple[int | None, ...] | None
    column: str | None
    raised_by: File
    not_by: File
    also: tuple[str, ...] = ()
    also_not: tuple[str, ...] = ()
    value: str | None = None
    expected: str | tuple[str | None, ...] | None = None
    counted: int | None = None

    @property
    def all_expected(self):
        """What each anomaly says was expected."""
        given = self.expected
        return given if isinstance(given, tuple) else (given,) * len(self.lines)

    @property
    def lines(self):
        """Where it stands, always several."""
        return self.line if isinstance(self.line, tuple) else (self.line,)


def rows(code, severity, blocking, *cases, expected=None):
    """Several rows of one code: each `(line, column, raised_by, not_by, {more})`.

    `expected` is that of the rows that do not say another.
    """
    return [
        Rule(code, severity, blocking, *case[:4], **{"expected": expected} | dict(*case[4:]))
        for case in cases
    ]


# ── Flat files ───────────────────────────────────────────────────────────────────────────────

_OPENING = {
    "JournalCode": "AN",
    "JournalLib": "À-nouveaux",
    "EcritureDate": "20240301",
    "PieceDate": "20240229",
    "ValidDate": "20240331",
}


def opening(number=1, **changes):
    """An entry of two lines (2 and 3 of a file), in which nothing is wrong."""
    return [
        line(number, "512000", debit="10,00", **_OPENING | changes),
        line(number, "101000", credit="10,00", **_OPENING | changes),
    ]


def one(**changes):
    """The entry with its first line changed."""
    first, second = opening()
    return [first | changes, second]


def two(first, second):
    """The entry with each of its lines changed."""
    return [row | changes for row, changes in zip(opening(), (first, second), strict=True)]


def three(**changes):
    """The entry, and a third line of no amount."""
    return [*opening(), line(1, "512000", **_OPENING | changes)]


def purchase(number=2, **changes):
    """Another entry, of another journal."""
    dates = {"EcritureDate": "20240301", "PieceDate": "20240229", "ValidDate": "20240331"}
    return entry(number, **dates | changes)


def lettered(first=None, second=None, **changes):
    """The entry on one account, its two lines lettered together."""
    same = {"CompteNum": "411000", "CompteLib": "Clients", "EcritureLet": "A"}
    same |= {"DateLet": "20240331"} | changes
    return two(same | (first or {}), same | (second or {}))


def flat(lines, *, name=None, limits=None, shape=None, **told):
    """A flat file; `shape` is of its bytes, `told` of its reading."""
    return File(fec(lines, **shape or {}), name, told, limits or {})


def raw(content, *, name=None, limits=None, **told):
    """A file of exactly these bytes."""
    return File(content, name, told, limits or {})


GOOD = flat(opening())


def signed(*directions, **told):
    """The entry in `Montant` and `Sens`."""
    lines = [
        row | {"Montant": "10,00", "Sens": word}
        for row, word in zip(opening(), directions, strict=True)
    ]
    return flat(lines, shape={"columns": SIGNED}, **told)


def line_of(account, **changes):
    """One line of the entry, on an account."""
    return line(1, account, **_OPENING | changes)
