"""FEC-ECR-10: several documents under the only number of a journal."""

from __future__ import annotations

from helpers.rules import NO, WARNING, flat, opening, rows


def of_documents(*pieces, second=1):
    """As many entries of two lines, all of one number but the last."""
    numbers = [1] * (len(pieces) - 1) + [second]
    told = zip(numbers, pieces, strict=True)
    return flat([line for n, p in told for line in opening(n, PieceRef=p, EcritureLib=p)])


def carried_forward():
    """An entry whose lines have the documents of the year before."""
    lines = [line for _ in range(3) for line in opening()]
    return flat([row | {"PieceRef": f"F{n}", "EcritureLib": f"{n}"} for n, row in enumerate(lines)])


RULES = [
    *rows(
        *("FEC-ECR-10", WARNING, NO),
        (2, "PieceRef", of_documents("A", "B", "C"), of_documents("A", "B"), {"value": "3"}),
        (2, "PieceRef", of_documents("A", "B", "C", "D"), carried_forward(), {"value": "4"}),
        (2, "PieceRef", of_documents("A", "B", "C"), of_documents("A", "B", "C", second=2)),
    ),
]
