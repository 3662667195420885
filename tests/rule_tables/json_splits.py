"""importJson: the splits, the lettering and the establishments of its lines."""

from __future__ import annotations

from helpers.loop_json import body, line, pair
from helpers.rules import ALWAYS, ERROR, NO, WARNING, raw, rows
from rule_tables.json_documents import CODES, given
from rule_tables.json_lines import first, share, split


def paid(**fields):
    """The payment of a sale; its first line has these fields."""
    bank = {"reference": "9", "type": fields.get("type")}
    return [line("411000", 0, 120, **fields | bank), line("512000", 120, **bank)]


LETTERED = pair({"codeLettrage": "AA"})
HALF = share(50)
OWN, OTHER, WRONG = "07955542100027", "55210055400013", "12345678900010"


def sited(first, second, **told):
    """A request whose lines name establishments."""
    return raw(body(pair({"SIRET": first}, {"SIRET": second})), codes=CODES, **told)


RULES = [
    *rows(
        *("JSON-SIR-01", ERROR, ALWAYS),
        (2, "SIRET", sited(OWN, WRONG), sited(OWN, OWN), {"value": WRONG, "expected": "2"}),
    ),
    *rows(
        *("JSON-SIR-02", ERROR, ALWAYS),
        (2, "SIRET", sited(OWN, OTHER), sited(OTHER, OTHER), {"value": OTHER}),
        expected="CEGID003",
    ),
    *rows(
        *("JSON-SIR-03", ERROR, ALWAYS),
        ((1, 2), "SIRET", sited(OWN, OWN, sirets=(OTHER,)), sited(OWN, OWN, sirets=(OWN,))),
        ((1, 2), "SIRET", sited(OTHER, OTHER, siren=OWN[:9]), sited(OWN, OWN, siren=OWN[:9])),
        expected=("CEGID003",) * 2,
    ),
    *rows(
        *("JSON-LET-01", WARNING, NO),
        (
            *(1, "codeLettrage", first(codeLettrage="AA")),
            given([*pair({"codeLettrage": "AA"}), *paid(codeLettrage="AA")]),
            {"value": "AA", "expected": "411000 : 120,00"},
        ),
        (  # it nets to zero on one account of two
            *(2, "codeLettrage", given([*pair(codeLettrage="AA"), *paid(codeLettrage="AA")])),
            given([*pair({"codeLettrage": "AA"}), *paid(codeLettrage="AA")]),
            {"value": "AA", "expected": "707000 : -120,00"},
        ),
        (  # lines that are left out do not count
            *(1, "codeLettrage", given([*LETTERED, *paid(codeLettrage="AA", type="2")])),
            given([*LETTERED, *paid(codeLettrage="AA", type="1")]),
            {"expected": "411000 : 120,00", "also": ("JSON-TYP-01",)},
        ),
    ),
    *rows(
        *("JSON-ANA-02", ERROR, ALWAYS),
        (
            1,
            "axeAna[AXE1]",
            split(HALF, share(49)),
            split(HALF, share("50.00")),
            {"value": "99"},
        ),
    ),
    *rows(
        *("JSON-ANA-03", ERROR, ALWAYS),
        (
            1,
            "axeAna[AXE1]",
            split(share(cents=100), share(cents=20.01)),
            split(share(cents=100), share(cents="20,00")),
            {"value": "120.01", "expected": "120.00"},
        ),
    ),
    *rows(
        *("JSON-ANA-05", WARNING, NO),
        (
            1,
            "axeAna[AXE1]",
            split(share(81.5, 96), share(9.25, 12), share(9.25, 12)),
            split(share(83, 100), share(17, "20.00")),
            {"value": "81.5", "expected": "80.00"},
        ),
    ),
    *rows(
        *("JSON-ANA-04", ERROR, ALWAYS),
        (
            1,
            "axeAna",
            first(axeAna="x"),
            first(axeAna={}),
            {"expected": '{"AXE1": [{"section": "…", "pourcentage": 100}]}'},
        ),
        (
            1,
            "axeAna[AXE1]",
            split({"section": "S1"}),
            split(share(100)),
            {"expected": '{"AXE1": [{"section": "…", "pourcentage": 100}]}'},
        ),
        (
            1,
            "axeAna[AXE1]",
            split(share(100) | {"Section": "S2"}),
            split(share(100)),
            {"expected": '{"AXE1": [{"section": "…", "pourcentage": 100}]}'},
        ),
    ),
]
