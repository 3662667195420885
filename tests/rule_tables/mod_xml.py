"""MOD-XML: files of XML read by a model."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, raw, rows
from rule_tables.mod import model


def elements(*lines, before="", head="<j>VT</j>"):
    """A file of XML: one element a line of the file, unless a line has several."""
    body = "\n".join(lines or X_LINES)
    return raw(f"{before}<f>\n<e>{head}\n{body}\n</e>\n</f>\n".encode(), model=XML)


XML = model(
    amounts__decimal=".",
    input={"kind": "xml", "records": [
        {"name": "e", "role": "heading", "path": "f/e", "columns": {"journal": "j"}},
        {"path": "f/e/l", "columns": {"date": "d", "account": "c", "amount": "m"}},
    ]},
)  # fmt: skip
X_DEBIT, X_CREDIT = (
    f"<l d='31/01/2024' c='{account}' m='{amount}'/>"
    for account, amount in (("411", "10.00"), ("706", "-10.00"))
)
X_LINES = (X_DEBIT, X_CREDIT)


RULES = [
    *rows(
        *("MOD-XML-06", ERROR, ALWAYS),
        (
            *(5, None, elements(X_DEBIT, X_CREDIT, f"<g>{X_DEBIT}</g>")),
            elements(X_DEBIT, X_CREDIT, "<g><k d='31/01/2024'/></g>"),
            {"value": "f/e/g/l", "expected": "1"},
        ),
    ),
    *rows(
        *("MOD-XML-07", INFORMATION, NO),
        (
            *(3, None, elements(X_DEBIT, X_CREDIT.replace("/>", " s='NORD'/>"))),
            elements(X_DEBIT, X_CREDIT.replace("/>", " s='0'/>")),
            {"value": "s (« NORD »)"},
        ),
    ),
    *rows(
        *("MOD-XML-01", ERROR, ALWAYS),
        (5, None, elements(X_DEBIT, X_CREDIT + "</e>"), elements()),
        (4, None, elements("<l", X_CREDIT), elements()),
    ),
    *rows(
        *("MOD-XML-02", ERROR, ALWAYS),
        (
            *(1, None, elements(before="<!DOCTYPE f [<!ENTITY a 'b'>]>")),
            elements(before="<!-- f -->"),
        ),
    ),
    *rows(
        *("MOD-XML-03", ERROR, ALWAYS),
        (
            *(3, "c", elements(X_DEBIT.replace("/>", "><c>512</c></l>"), X_CREDIT)),
            elements(X_DEBIT.replace("/>", "><c>411</c></l>"), X_CREDIT),
            {"value": "512"},
        ),
    ),
    *rows(
        *("MOD-XML-04", ERROR, ALWAYS),
        (
            *(10_005, "j", elements(*X_LINES * 5001, "<j>VT</j>", head="")),
            elements(*X_LINES, "<j>VT</j>", head=""),
            {"also": ("FEC-OBL-02", "FEC-DUP-01", "FEC-REV-03")},
        ),
    ),
    *rows(
        *("MOD-XML-05", INFORMATION, NO),
        (3, None, elements(X_DEBIT + X_CREDIT), elements()),
    ),
]
