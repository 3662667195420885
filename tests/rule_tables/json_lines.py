"""importJson: the fields of its lines."""

from __future__ import annotations

from helpers.loop_json import body, line, pair
from helpers.rules import ALWAYS, ERROR, NO, WARNING, raw, rows
from rule_tables.json_documents import GOOD, given, into, text

STRICT = "2024-01-15T00:00:00.000Z"
LATER = "2024-02-15T00:00:00.000Z"
CUT_OFF = {"debCutOff": STRICT, "finCutOff": STRICT}
PLAIN = "2024-01-15"
UUID = "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca"


def first(**fields):
    """A request whose first line has these fields."""
    return given(pair(fields))


def amount(value, **how):
    """A request of an amount, on both its lines."""
    return given(pair(amount=value), **how)


def split(*parts, axis="AXE1", **values):
    """A request whose first line is split."""
    return first(axeAna={axis: list(parts)} | values)


def share(percent=None, cents=None):
    """A part of a split."""
    given_ = {"section": "S1", "pourcentage": percent, "montant": cents}
    return {name: value for name, value in given_.items() if value is not None}


def foreign(**fields):
    """A body with an amount in dollars."""
    return first(debit={"amount": 120, "currency": "USD", "currencyAmount": 130.5} | fields)


def typed(*lines):
    """A good entry, then these lines."""
    return given([*pair(), *lines])


OF_SIMULATION = pair(amount=7, type="2", reference="9")


RULES = [
    *rows(
        *("JSON-DAT-01", ERROR, ALWAYS),
        ((1, 2), "date", given(pair(date="2024-02-30")), GOOD, {"value": "2024-02-30"}),
        ((1, 2), "date", given(pair(date="")), GOOD),
        (
            (1, 2),
            "date",
            given(pair(date="15/01/2024")),
            given(pair(date="15/01/2024"), options={"formatDate": "JJ/MM/AAAA"}),
        ),
        (
            (1, 2),
            "date",
            given(pair(date="20240115")),
            given(pair(date="20240115"), options={"formatDate": "AAAAMMJJ"}),
        ),
        (
            (1, 2),
            "date",
            given(pair(date="0000-01-01")),
            given(pair(date="2024-01-15T00:00:00.000Z")),
        ),
    ),
    *rows(
        *("JSON-DAT-02", WARNING, NO),
        (
            1,
            "dateEcheance",
            first(dateEcheance="31/01/2024"),
            first(dateEcheance="2024-01-31"),
            {"value": "31/01/2024"},
        ),
        (1, "dateOperation", first(dateOperation="x"), first(dateOperation="")),
        (1, "datePointage", first(datePointage="2024-13-01"), first(datePointage="2024-12-01")),
    ),
    *rows(
        *("JSON-DAT-03", ERROR, ALWAYS),
        (1, "dateJustif", first(dateJustif=PLAIN), first(dateJustif=STRICT), {"value": PLAIN}),
        (1, "dateJustif", first(dateJustif="2024-01-15T00:00:00Z"), GOOD),
        (1, "dateJustif", first(dateJustif="2024-02-30T00:00:00.000Z"), first(dateJustif="")),
        (1, "dateJustif", first(dateJustif="2024-01-15T25:00:00.000Z"), GOOD),
    ),
    *rows(
        *("JSON-DAT-04", ERROR, ALWAYS),
        (1, "debCutOff", first(debCutOff=STRICT), first(**CUT_OFF), {"value": STRICT}),
        (1, "debCutOff", first(finCutOff=STRICT), GOOD, {"value": STRICT}),
    ),
    *rows(
        *("JSON-DAT-08", ERROR, ALWAYS),
        (
            1,
            "finCutOff",
            first(debCutOff=LATER, finCutOff=STRICT),
            first(debCutOff=STRICT, finCutOff=STRICT),
            {"value": STRICT, "expected": LATER},
        ),
    ),
    *rows(
        *("JSON-DAT-05", ERROR, ALWAYS),
        (
            1,
            "debCutOff",
            first(**CUT_OFF | {"debCutOff": PLAIN}),
            first(**CUT_OFF),
            {"value": PLAIN},
        ),
    ),
    *rows(
        *("JSON-DAT-06", ERROR, ALWAYS),
        (
            1,
            "finCutOff",
            first(**CUT_OFF | {"finCutOff": PLAIN}),
            first(**CUT_OFF),
            {"value": PLAIN},
        ),
    ),
    *rows(
        *("JSON-DAT-07", WARNING, NO),
        (
            *(1, "date", given(pair(date="2024-01-14T23:00:00.000Z"))),
            given(pair(date="2024-01-14T00:00:00.000Z")),
            {"value": "2024-01-14T23:00:00.000Z", "expected": "2"},
        ),
    ),
    *rows(
        *("JSON-MNT-01", ERROR, ALWAYS),
        (
            1,
            "debit.amount",
            first(debit={"amount": "x"}),
            first(debit={"amount": "120.00"}),
            {"value": "x"},
        ),
        (
            1,
            "debit.amount",
            first(debit={"amount": "120,00"}),
            given(pair(amount="120,00"), options={"separatorDecimal": ","}),
        ),
        (
            1,
            "debit.amount",
            raw(body().replace(b'"amount": 120', b'"amount": NaN', 1)),
            raw(body().replace(b'"amount": 120', b'"amount": 1.2e2', 1)),
            {"value": "NaN"},
        ),
        (
            1,
            "debit.amount",
            raw(body().replace(b'"amount": 120', b'"amount": -Infinity', 1)),
            GOOD,
        ),
        (
            1,
            "debit.amount",
            first(debit={"amount": "1 200.00"}),
            GOOD,
        ),
    ),
    *rows(
        *("JSON-MNT-02", ERROR, ALWAYS),
        (
            1,
            "debit.amount",
            first(debit={"amount": 120.005}),
            first(debit={"amount": "120.000"}),
            {"value": "120.005"},
        ),
        (
            1,
            "debit.amount",
            first(debit={"amount": 120.00001}),
            GOOD,
        ),
        (  # too short for the noise of binary arithmetic
            *(1, "debit.amount", first(debit={"amount": 120.00000001})),
            first(debit={"amount": 119.99999999999999}),
            {"value": "120.00000001", "also_not": ("JSON-MNT-04",)},
        ),
        (1, "credit.amount", text('"amount": 0}}', '"amount": 0.0000000012345678}}'), GOOD),
        (
            *(1, "axeAna[AXE1]", split(share(cents=100), share(cents=20.005))),
            split(share(cents=100), share(cents="20.000")),
            {"value": "20.005"},
        ),
        (
            *(1, "axeAna[AXE1]", split(share(cents=100), share(cents=20.00000001))),
            split(share(cents=100), share(cents=20.000000000000004)),
            {"also_not": ("JSON-MNT-04",)},
        ),
        (  # 1 200.00 or 1.20
            1,
            "debit.amount",
            given(pair({"debit": {"amount": "1.200"}}), options={"separatorDecimal": ","}),
            given(pair(amount="1.20"), options={"separatorDecimal": ","}),
            {"value": "1.200"},
        ),
    ),
    *rows(
        *("JSON-MNT-03", ERROR, ALWAYS),
        (
            1,
            "debit.amount",
            first(debit={"amount": 10**12}),
            amount(10**12 - 1),
            {"value": "1000000000000"},
        ),
        (
            1,
            "debit.amount",
            raw(body().replace(b'"amount": 120', b'"amount": 1e400', 1)),
            GOOD,
            {"value": "1e400"},
        ),
        (
            1,
            "debit.amount",
            raw(body().replace(b'"amount": 120', b'"amount": ' + b"9" * 500, 1)),
            GOOD,
        ),
        (
            1,
            "debit.amount",
            raw(body().replace(b'"amount": 120', b'"amount": %s.00000000' % (b"9" * 50), 1)),
            GOOD,
        ),
    ),
    *rows(
        *("JSON-MNT-04", WARNING, NO),
        (
            1,
            "debit.amount",
            first(debit={"amount": 120.00000000000001}),
            first(debit={"amount": 120.0}),
            {"value": "120.00000000000001", "expected": "1"},
        ),
    ),
    *rows(
        *("JSON-MNT-06", ERROR, ALWAYS),
        (
            1,
            "currencyAmount",
            first(credit={"currency": "USD", "currencyAmount": 10}),
            first(credit={"currency": "USD", "currencyAmount": 0}),
            {"value": "10"},
        ),
    ),
    *rows(
        *("JSON-MNT-05", WARNING, NO),
        (
            1,
            "currencyAmount",
            first(debit={"amount": 120, "currency": "USD", "currencyAmount": "x"}),
            first(
                debit={
                    "amount": 120,
                    "currency": "USD",
                    "currencyAmount": 130.5,
                    "currencyRate": "1.0875",
                }
            ),
            {"value": "x", "also": ("FEC-DEV-02",)},
        ),
    ),
    *rows(
        *("JSON-CHP-01", ERROR, ALWAYS),
        (1, "libelle", first(libelle=["x"]), GOOD, {"value": '["x"]', "expected": '"…"'}),
        (1, "tiers", first(tiers=True), first(tiers=""), {"value": "true", "expected": '"…"'}),
        (
            1,
            "debit.currency",
            first(debit={"amount": 120, "currency": {}}),
            first(debit={"amount": 120, "currency": "EUR"}),
            {"value": "{}", "expected": "0.00"},
        ),
        (
            1,
            "debit",
            first(debit="120"),
            GOOD,
            {"expected": "{…}", "also": ("FEC-MNT-06", "FEC-ECR-01", "FEC-EQU-02")},
        ),
        (
            1,
            "fichier",
            first(fichier="x"),
            first(fichier={"uri": ""}),
            {"value": "x", "expected": '{"uri": "…"}'},
        ),
        (None, "codeIbs", given(codeIbs=3), GOOD, {"value": "3", "expected": '"…"'}),
    ),
    *rows(
        *("JSON-CHP-02", WARNING, NO),
        (
            1,
            "compte",
            given([line(411000, 120), line("707000", 0, 120)]),
            GOOD,
            {"value": "411000", "expected": "1"},
        ),
    ),
    *rows(
        *("JSON-CHP-03", WARNING, NO),
        (1, "zut", given(pair(zut=1)), given(pair(Libelle="y", libelle=None))),
        (1, "debit.montant", first(debit={"amount": 120, "montant": 5}), GOOD),
        (None, "codeIBS_", text('{"codeIbs"', '{"codeIBS_": 1, "codeIbs"'), GOOD),
        (None, "data.option", text('"data": {', '"data": {"option": {}, '), GOOD),
        (
            *(None, "contexte.du"),
            into(context={"from": STRICT, "to": LATER, "du": "x"}),
            into(context={"from": STRICT, "TO": LATER}),
        ),
        (1, "axeAna.note", split(share(100) | {"note": "x"}), split(share(100) | {"Libelle": "x"})),
    ),
    *rows(
        *("JSON-CHP-04", WARNING, NO),
        (1, "modePaiement", first(modePaiement=12), first(modePaiement=11), {"value": "12"}),
        (1, "typeLot", first(typeLot="3"), first(typeLot="4"), {"value": "3"}),
        (1, "currency", foreign(currency="XX1"), foreign(currency="usd"), {"value": "XX1"}),
        (
            1,
            "currencyRate",
            foreign(currencyRate="x"),
            foreign(currencyRate="1,08"),
            {"value": "x"},
        ),
    ),
    *rows(
        *("JSON-CHP-05", WARNING, NO),
        (1, "lot", first(lot="12"), first(lot=UUID), {"value": "12"}),
        (1, "codePointage", first(codePointage="x"), first(codePointage="")),
    ),
    *rows(
        *("JSON-CHP-06", ERROR, ALWAYS),
        (
            1,
            "libelle",
            raw(body(pair({"libelle": "XYZ"})).replace(b"XYZ", b"a\\u0000b")),
            GOOD,
            {"value": "a\ufffdb"},
        ),
        (
            1,
            "libelle",
            raw(body(pair({"libelle": "XYZ"})).replace(b"XYZ", b"\\ud83d")),
            raw(body(pair({"libelle": "XYZ"})).replace(b"XYZ", b"\\ud83d\\ude00")),
        ),
    ),
    *rows(
        *("JSON-TYP-01", WARNING, NO),
        (
            3,
            "type",
            typed(*OF_SIMULATION),
            typed(*pair(type="1", reference="9")),
            {"value": "Simulation", "expected": "2 : 7,00 / 7,00"},
        ),
        (
            3,
            "type",
            typed(*pair(amount=7, typeMouvement=2)),
            typed(*pair(typeMouvement=7, reference="9")),
            {"value": "Prévisionnelle", "expected": "2 : 7,00 / 7,00"},
        ),
        (
            1,
            "type",
            given([*pair(type="5", amount=3), *pair()], options={"aNouveaux": False}),
            given([*pair(type="5", journal="AN", reference="9"), *pair()]),
            {"value": "Initial", "expected": "2 : 3,00 / 3,00"},
        ),
    ),
    *rows(
        *("JSON-TYP-02", ERROR, ALWAYS),
        (
            3,
            "type",
            typed(line("707000", type="8")),
            typed(line("707000", 0, 0, type=7)),
            {"value": "8", "expected": "1, 2, 3, 4, 5, 6, 7", "also_not": ("FEC-MNT-06",)},
        ),
        (
            3,
            "typeMouvement",
            typed(line("707000", typeMouvement="x")),
            GOOD,
            {"expected": "1, 2, 3, 4, 5, 6, 7"},
        ),
    ),
    *rows(
        *("JSON-TYP-03", ERROR, ALWAYS),
        (
            3,
            "type",
            typed(line("707000", type="2", typeMouvement="2")),
            given([*pair(), *pair(type="2", typeMouvement="3")]),
            {"value": "Simulation", "expected": "Prévisionnelle", "also_not": ("JSON-TYP-01",)},
        ),
        (
            3,
            "type",
            typed(line("707000", type="1", typeMouvement="7")),
            given(pair(type="1", typeMouvement="1")),
            {"expected": "Brouillard"},
        ),
    ),
    *rows(
        *("JSON-OUV-01", WARNING, NO),
        (
            1,
            "journal",
            given(pair(type="5")),
            given(pair(type="5", journal="AN")),
            {"value": "VTE"},
        ),
    ),
    *rows(
        *("JSON-STR-07", ERROR, ALWAYS),
        (
            *(1, "axeAna.AXE1"),
            first(**{"axeAna": {"AXE1": [share(100)]}, "axeAna[AXE1]": [share(100, 5)]}),
            first(**{"axeAna": {"AXE1": [share(100)]}, "axeAna[AXE1]": [share(100)]}),
        ),
        (
            *(1, "fichier.uri"),
            first(fichier={"uri": "https://a.fr/1", "URI": "https://a.fr/2"}),
            first(fichier={"uri": "https://a.fr/1", "URI": "https://a.fr/1"}),
        ),
    ),
]
