"""importJson: the document, its context and its options."""

from __future__ import annotations

import json
from datetime import date

from ecritures.core.dossier_codes import DossierCodes
from helpers.loop_json import body, document, line, pair
from helpers.rules import ALWAYS, ERROR, LIFTABLE, NO, WARNING, raw, rows

GOOD = raw(body())
CONTEXT = {"from": "2024-01-01T00:00:00.000Z", "to": "2024-12-31T00:00:00.000Z"}
ONE_PERIOD = {"multiPeriode": False}


def given(lines=None, **how):
    """A request."""
    return raw(body(lines, **how))


def text(before, after):
    """The good request with a part of its text changed."""
    changed = body().replace(before.encode(), after.encode("utf-8", "surrogateescape"))
    assert changed != body()
    return raw(changed)


def entries(value):
    """A request whose lines are any value."""
    made = document()
    made["data"]["ecritures"] = value
    return raw(json.dumps(made).encode())


def option(name, value):
    """A request with an option."""
    return given(options={name: value})


J1, A1, NONE = (f"00000000-0000-8000-8000-00000000000{n}" for n in (1, 2, 9))
CODES = DossierCodes(
    {J1: "VTE"},
    {A1: "411000", NONE[:-1] + "3": "707000"},
    frozenset({"CDUPONT"}),
    "CEGID003",
    (date(2024, 1, 1), date(2024, 12, 31)),
)


def into(first=None, second=None, *, codes=CODES, context=None, shared=None, **options):
    """A request for a dossier that has these codes."""
    sent = body(pair(first, second, **shared or {}), options=options, context=context)
    return raw(sent, codes=codes)


RULES = [
    *rows(
        *("JSON-STR-01", ERROR, ALWAYS),
        (None, None, raw(b'{"codeIbs": "D",}'), GOOD, {"value": "17 « } »"}),
        (None, None, raw(b"{"), GOOD, {"value": "2"}),
        (None, None, raw(body()[:-1]), GOOD),
        (None, None, raw(body() + b"x"), raw(body() + b" \n")),
        (None, None, raw(b'{"codeIbs" "D"}'), GOOD),
        (1, None, text('"compte": "411000"', '"compte" "411000"'), GOOD),
        (2, None, text('"compte": "707000"', '"compte": 707 000'), GOOD),
        (2, None, text('"Facture 1", "compte": "707000"', '"a\nb", "compte": "707000"'), GOOD),
        (3, None, text("}}]", "}},]"), GOOD),
    ),
    *rows(
        *("JSON-STR-02", ERROR, ALWAYS),
        (None, None, raw(b'[{"codeIbs": "D"}]'), GOOD, {"value": '[{"codeIbs": "D"}]'}),
        (None, None, given(data=[1]), GOOD, {"value": "data"}),
        (
            None,
            None,
            given(options=[1]),
            given(options={}),
            {"value": "options", "expected": "{…}"},
        ),
        (None, None, given(context="x"), GOOD, {"value": "contexte", "expected": "{…}"}),
    ),
    *rows(
        *("JSON-STR-03", ERROR, ALWAYS),
        (
            *(None, None, given(**{f"k{n}": n for n in range(300)})),
            given(**{f"k{n}": n for n in range(100)}),
            {"expected": "200", "also_not": ("JSON-CHP-03",)},
        ),
    ),
    *rows(
        *("JSON-STR-04", ERROR, ALWAYS),
        (
            *(
                3,
                None,
                raw(
                    body([*pair(), line("1", libelle="x" * 2000)]), limits={"line_bytes_max": 1000}
                ),
            ),
            raw(body(), limits={"line_bytes_max": 1000}),
            {"expected": "1000"},
        ),
        (
            *(None, None, raw(body(SIRET="x" * 2000), limits={"line_bytes_max": 1000})),
            raw(body(), limits={"line_bytes_max": 1000}),
            {"expected": "1000", "value": "SIRET"},
        ),
    ),
    *rows(
        *("JSON-STR-05", ERROR, ALWAYS),
        (None, None, raw(b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"), GOOD),
        (
            None,
            None,
            raw(body()[:-1] + b', "a": ' + b"[" * 11 + b"]" * 11 + b"}"),
            raw(body()[:-1] + b', "a": ' + b"[" * 9 + b"]" * 9 + b"}"),
            {"also_not": ("JSON-CHP-03",)},
        ),
        expected="8",
    ),
    *rows(
        *("JSON-STR-06", ERROR, ALWAYS),
        (
            1,
            None,
            text('"Facture 1", "compte": "411000"', '"\udce9t\udce9", "compte": "411000"'),
            GOOD,
        ),
        (None, None, text("CEGID003", "\udce9"), GOOD),
    ),
    *rows(
        *("JSON-STR-07", ERROR, ALWAYS),
        (
            None,
            "codeIbs",
            text('"codeIbs": "CEGID003"', '"codeIbs": "A", "CODEIBS": "B"'),
            text('"codeIbs": "CEGID003"', '"codeIbs": "A", "CODEIBS": "A"'),
        ),
        (
            None,
            "options.newFolio",
            text('"data": {', '"data": {"options": {"newFolio": true, "NEWFOLIO": false}, '),
            GOOD,
        ),
        (
            None,
            "contexte.from",
            text('"data": {', '"data": {"contexte": {"from": "", "FROM": "x"}, '),
            GOOD,
            {"also": ("JSON-CTX-02",)},
        ),
        (
            1,
            "compte",
            text('"compte": "411000"', '"compte": "411000", "compte": "411001"'),
            text('"compte": "411000"', '"compte": "411000", "Compte": "411000"'),
        ),
        (
            1,
            "debit.amount",
            text(
                '{"amount": 120}, "credit": {"amount": 0}',
                '{"amount": 1, "amount": 120}, "credit": {"amount": 0}',
            ),
            GOOD,
        ),
    ),
    *rows(
        *("JSON-STR-08", ERROR, ALWAYS),
        (3, None, given([*pair(), 7]), GOOD, {"value": "7", "expected": "{…}"}),
        (1, None, given([None, *pair()]), GOOD, {"value": "null", "expected": "{…}"}),
    ),
    *rows(
        *("JSON-CTX-01", ERROR, ALWAYS),
        (None, "contexte", given(options=ONE_PERIOD), given(options=ONE_PERIOD, context=CONTEXT)),
        (
            None,
            "contexte",
            given(options=ONE_PERIOD, context={"from": "", "to": None}),
            given(options={"multiPeriode": None}),
        ),
    ),
    *rows(
        *("JSON-CTX-02", ERROR, ALWAYS),
        (
            None,
            "contexte.from",
            given(context=CONTEXT | {"from": "2024-01-01"}),
            given(context=CONTEXT),
            {"value": "2024-01-01"},
        ),
        (
            None,
            "contexte.to",
            given(context=CONTEXT | {"to": "2024-02-30T00:00:00.000Z"}),
            given(context={}),
        ),
        (None, "contexte.to", given(context={"from": CONTEXT["from"]}), given(context=CONTEXT)),
    ),
    *rows(
        *("JSON-CTX-03", ERROR, ALWAYS),
        (
            *((1, 2), "date", given(pair(date="2025-01-01"), options=ONE_PERIOD, context=CONTEXT)),
            given(pair(date="2024-12-31"), options=ONE_PERIOD, context=CONTEXT),
            {"expected": ("2024-01-01 – 2024-12-31",) * 2, "value": "2025-01-01"},
        ),
        (
            (1, 2),
            "date",
            given(
                [*pair(date="2023-12-31", reference="0"), *pair()],
                options=ONE_PERIOD,
                context=CONTEXT,
            ),
            given(pair(date="2025-01-01"), options={"multiPeriode": True}, context=CONTEXT),
            {"expected": ("2024-01-01 – 2024-12-31",) * 2},
        ),
    ),
    *rows(
        *("JSON-CTX-04", WARNING, NO),
        (
            *(1, None, given([*pair(date="2023-12-31", reference="0"), *pair()], context=CONTEXT)),
            given(pair(date="2023-12-31"), options={"multiPeriode": True}, context=CONTEXT),
            {"value": "2", "expected": "2024-01-01 – 2024-12-31"},
        ),
        (
            *(1, None, given(pair(date="2025-01-01"), context=CONTEXT), given(context=CONTEXT)),
            {"value": "2", "expected": "2024-01-01 – 2024-12-31"},
        ),
    ),
    *rows(
        *("JSON-ECR-01", ERROR, ALWAYS),
        (None, "ecritures", entries([]), GOOD),
        (None, "ecritures", entries({}), GOOD),
        (None, "ecritures", entries(None), GOOD),
        (None, "ecritures", raw(b'{"codeIbs": "D", "data": null}'), GOOD),
        (None, "ecritures", raw(b"{}"), GOOD),
        (None, "ecritures", raw(b'{"data": {"ecritures": [\n]}}'), GOOD),
    ),
    *rows(
        *("JSON-ECR-02", ERROR, ALWAYS),
        (None, "ecritures", entries({"a": 1}), GOOD),
        (None, "ecritures", entries("x"), GOOD),
        (None, "ecritures", entries(1), GOOD),
    ),
    *rows(*("JSON-ECR-03", ERROR, ALWAYS), (None, "ecritures", given(pair()[:1]), GOOD)),
    *rows(
        *("JSON-OPT-01", ERROR, ALWAYS),
        (
            None,
            "options.separatorDecimal",
            option("separatorDecimal", ";"),
            option("separatorDecimal", ","),
            {"value": ";", "expected": ". ,"},
        ),
        (
            None,
            "options.formatDate",
            option("formatDate", "JJ/MM"),
            option("formatDate", "JJ/MM/AAAA"),
            {"expected": "AAAA-MM-JJ, JJ/MM/AAAA, AAAAMMJJ…"},
        ),
        (  # ISO, which is read too, would make another day of it
            None,
            "options.formatDate",
            option("formatDate", "AAAA-JJ-MM"),
            option("formatDate", "AAAA-MM-JJ"),
            {"value": "AAAA-JJ-MM", "expected": "AAAA-MM-JJ, JJ/MM/AAAA, AAAAMMJJ…"},
        ),
        (
            None,
            "options.formatDate",
            option("formatDate", 8),
            option("formatDate", "AAAA-MM-JJThh:mm:ss.nnnZ"),
            {"expected": "AAAA-MM-JJ, JJ/MM/AAAA, AAAAMMJJ…"},
        ),
        (
            None,
            "options.multiPeriode",
            option("multiPeriode", "non"),
            option("multiPeriode", value=True),
            {"expected": "true, false", "value": "non"},
        ),
        (
            None,
            "options.newFolio",
            option("newFolio", 1),
            option("newFolio", None),
            {"expected": "true, false"},
        ),
        (
            None,
            "options.defaultCompte",
            option("defaultCompte", "471000"),
            option("defaultCompte", "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca"),
            {"expected": "uuid"},
        ),
    ),
    *rows(
        *("JSON-OPT-02", ERROR, ALWAYS),
        (
            None,
            "options.comptesRules",
            option("comptesRules", [{"racine": "4"}]),
            option("comptesRules", []),
        ),
    ),
    *rows(
        *("JSON-OPT-03", WARNING, NO),
        (
            None,
            "options",
            given(options={"newfolio": True, "zut": 1, "x": 2}),
            given(options={"NEWFOLIO": True}),
            {"value": "zut, x"},
        ),
    ),
    *rows(
        *("JSON-CRE-01", ERROR, ALWAYS),
        (
            1,
            "journal",
            into(shared={"journal": "HA"}, createNewJournaux=False),
            into(createNewJournaux=False),
            {"value": "HA"},
        ),
    ),
    *rows(
        *("JSON-CRE-02", ERROR, ALWAYS),
        (
            1,
            "compte",
            into({"compte": "411001"}, createNewComptes=False),
            into({"compte": "411001"}, createNewComptes=True),
            {"value": "411001"},
        ),
    ),
    *rows(
        *("JSON-CRE-03", WARNING, NO),
        (
            1,
            "tiers",
            into({"tiers": "X"}, createNewTiers=False),
            into({"tiers": "CDUPONT"}, createNewTiers=False),
            {"value": "X", "expected": "1", "also": ("FEC-LET-03",), "also_not": ("FEC-LET-03",)},
        ),
    ),
    *rows(
        *("JSON-CRE-04", WARNING, NO),
        (
            2,
            "compte",
            into(second={"compte": "7"}, createNewComptes=False, defaultCompte=A1),
            into(createNewComptes=False, defaultCompte=A1),
            {"value": "7", "expected": "1"},
        ),
        (
            1,
            "journal",
            into(shared={"journal": "HA"}, createNewJournaux=False, defaultJournalId=J1),
            into(shared={"journal": ""}, defaultJournalId=J1),
            {"value": "HA", "expected": "2"},
        ),
    ),
    *rows(
        *("JSON-CRE-05", ERROR, ALWAYS),
        (
            None,
            "options.defaultCompte",
            into(defaultCompte=NONE),
            into(defaultCompte=A1),
            {"value": NONE},
        ),
        (
            None,
            "options.defaultJournalId",
            into(defaultJournalId=A1),
            into(defaultJournalId=J1.upper()),
        ),
    ),
    *rows(
        *("JSON-EXO-01", ERROR, ALWAYS),
        (
            *(
                (1, 2),
                "date",
                into(
                    shared={"date": "2023-12-31"},
                    multiPeriode=False,
                    context={"from": "2023-01-01T00:00:00.000Z", "to": CONTEXT["to"]},
                ),
            ),
            into(shared={"date": "2023-12-31"}),
            {"value": "2023-12-31", "expected": ("2024-01-01 – 2024-12-31",) * 2},
        ),
    ),
    *rows(
        *("JSON-DOS-01", ERROR, LIFTABLE),
        (
            *(None, "codeIbs", raw(body(codeIbs="D2"), codes=CODES)),
            raw(body(codeIbs="cegid003"), codes=CODES),
            {"value": "D2", "expected": "CEGID003"},
        ),
    ),
]
