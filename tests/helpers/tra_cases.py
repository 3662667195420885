"""The small TRA files that the rows of the rule tables are made of."""

from __future__ import annotations

from helpers.rules import raw
from helpers.tra import JOURNAL, header, line, pair, record, tra

ETE = header(form="ETE")
DOSSIER = header("DOS", "ETE")
GOOD = raw(tra(pair()))
EXTENDED = raw(tra(pair(form="ETE"), head=ETE))
SIRET = "07955542100019"


def standard(first=None, second=None, **values):
    """A standard file of one entry."""
    return raw(tra(pair(first, second, **values)))


def extended(first=None, second=None, *, head=ETE, records=(JOURNAL,), **values):
    """An extended file of one entry."""
    return raw(tra(pair(first, second, form="ETE", **values), head=head, records=records))


def described(*more, first=None, second=None, head=None):
    """A standard file of one entry, with more records."""
    return raw(tra(pair(first, second), head=head, records=[JOURNAL, *more]))


def lines(*made, **how):
    """A file of these lines."""
    return raw(tra(made, **how))


ONE, TWO = pair()
SPLIT = {"TYPECPTE": "A", "AXE": "A1"}
THIRD = {"account": "411000", "TYPECPTE": "X", "AUXILIAIRE": "CDUPONT"}


def split(*amounts, account="707000", sens="C", **values):
    """A file whose second line is split."""
    parts = [
        line(account, sens, amount, AUXILIAIRE=f"S{n}", **SPLIT | values)
        for n, amount in enumerate(amounts, 1)
    ]
    return raw(tra([*pair(), *parts]))


def account(code, nature="", collective=""):
    return record("CGN", code=code, nature=nature, collective=collective)


NO_AMOUNT = {"also": ("FEC-OBL-05",)}
