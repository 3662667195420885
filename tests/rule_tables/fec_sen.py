"""FEC-SEN: the direction of an amount."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, NO, rows, signed

RULES = [
    *rows(
        *("FEC-SEN-01", ERROR, ALWAYS),
        (2, "Sens", signed("X", "C"), signed("D", "C"), {"value": "X"}),
        (3, "Sens", signed("D", ""), signed("D", "C"), {"value": ""}),
        (2, "Sens", signed("2", "-1"), signed("+1", "-1"), {"value": "2"}),
    ),
    *rows(
        *("FEC-SEN-02", ERROR, NO),
        (3, None, signed("D", "-1"), signed("D", "C"), {"value": "D, -1"}),
        (3, None, signed("+1", "C"), signed("+1", "-1"), {"value": "C, +1"}),
    ),
    *rows(
        *("FEC-SEN-05", ERROR, NO),
        (2, "Sens", signed("d", "C"), signed("D", "C"), {"value": "d"}),
        (3, "Sens", signed("D", "c"), signed(" D ", "C"), {"value": "c"}),
        (2, "Sens", signed("1", "-1"), signed("+1", "-1"), {"value": "1"}),
        (2, "Sens", signed("+ 1", "-1"), signed("+1", "-1"), {"value": "+ 1"}),
        (3, "Sens", signed("+1", "- 1"), signed("+1", "-1"), {"value": "- 1"}),
    ),
]
