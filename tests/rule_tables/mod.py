"""MOD: files in a layout of their own, read by an import model."""

from __future__ import annotations

import copy
import json

from helpers.rules import ALWAYS, ERROR, INFORMATION, LIFTABLE, NO, WARNING, raw, rows

SIREN, SIRET, OTHER_SIRET = "079555421", "07955542100019", "12345678200010"
PLAIN = {
    "name": "essai",
    "input": {"records": [{"columns": {
        "date": "date", "journal": "journal", "account": "compte", "amount": "montant",
    }}]},
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "fields": {
        "entryDate": {"from": "date"}, "journalCode": {"from": "journal"},
        "accountNumber": {"from": "account"}, "amount": {"from": "amount"},
        "entryNumber": {"from": {"constant": "1"}},
    },
}  # fmt: skip
HEADER = "date;journal;compte;montant\n"
DEBIT, CREDIT = "31/01/2024;VT;411;10,00\n", "31/01/2024;VT;706;-10,00\n"


def model(**changes):
    """The model, with values at these paths."""
    document = copy.deepcopy(PLAIN)
    for path, value in changes.items():
        place = document
        *above, last = path.split("__")
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return document


def with_column(name, field, header="x", **more):
    """The model, with one more column, and the field made of it."""
    document = model(**more)
    document["input"]["records"][0]["columns"][name] = header
    document["fields"][field] = {"from": name}
    return document


def text(*lines, header=HEADER, how=PLAIN, **told):
    """A file of two lines of entry, or of those given."""
    return raw((header + "".join(lines or (DEBIT, CREDIT))).encode(), model=how, **told)


def first(*, date="31/01/2024", journal="VT", account="411", amount="10,00", how=PLAIN, more=""):
    """The file with one value of its first line changed; `more` is the last column of all."""
    extra = ";x" if more else ""
    other = "31/01/2024;VT;706;-10,00"
    lines = (f"{date};{journal};{account};{amount}{extra and ';'}{more}", other + extra and other)
    if more:
        lines = (lines[0], f"{other};")
    return text(*(f"{one}\n" for one in lines), header=HEADER.replace("\n", f"{extra}\n"), how=how)


KINDS = model(
    input__dialect={"header": False},
    input__records=[
        {"name": "entry", "when": {"startsWith": "E"},
         "columns": {"date": 2, "journal": 3, "account": 4, "amount": 5}},
        {"name": "note", "role": "complement", "when": {"startsWith": "N"}, "columns": {"text": 2}},
    ],
)  # fmt: skip
HEADED = model(
    grouping="heading",
    input__dialect={"header": False},
    input__records=[
        {"name": "piece", "role": "heading", "when": {"startsWith": "P"},
         "columns": {"journal": 2}},
        {"columns": {"date": 1, "account": 2, "amount": 3}},
    ],
)  # fmt: skip
del HEADED["fields"]["entryNumber"]
E_DEBIT, E_CREDIT = f"E;{DEBIT}", f"E;{CREDIT}"
JSON = model(
    input={"kind": "jsonLines", "records": [{"columns": {
        "date": "date", "journal": "journal", "account": "compte", "amount": "montant"}}]}
)  # fmt: skip
TWO_FORMATS = model(dates__formats=["JJMMAA", "AAMMJJ"])
DIRECTED = with_column("sens", "direction")
PIECE = with_column("piece", "pieceDate")
DEVISE = with_column("devise", "currency")
TABLE = model(fields__journalCode={"from": "journal", "map": {"table": {"VT": "VT"}}})
ACCEPTED = model(fields__journalCode={"from": "journal", "accept": "[A-Z]{2}"})
FIXED = model(
    input={"kind": "fixed", "records": [{"columns": {
        name: {"start": start, "length": length}
        for name, start, length in [
            ("date", 1, 10), ("journal", 11, 2), ("account", 13, 3), ("amount", 16, 6)]}}]}
)  # fmt: skip
FIXED_LINES = ("31/01/2024VT411 10,00", "31/01/2024VT706-10,00")
BLOCKS = model(
    input={"kind": "blocks", "blocksStart": "#", "records": [
        {"columns": {"date": 1, "journal": 2, "account": 3, "amount": 4}}]}
)  # fmt: skip
SITES = with_column("siret", "siret")


def kinds(*lines):
    return text(*lines, header="", how=KINDS)


def loose(other):
    """A file with a line of no kind, by a model that leaves such lines out."""
    how = copy.deepcopy(KINDS)
    how["input"]["otherLines"] = "ignore"
    return text(E_DEBIT, E_CREDIT, other, header="", how=how)


def of(day, how=PLAIN):
    """The file of one day."""
    return text(*(f"{day};VT;{rest}\n" for rest in ("411;10,00", "706;-10,00")), how=how)


def directed(word):
    return text(
        f"31/01/2024;VT;411;10,00;{word}\n",
        "31/01/2024;VT;706;10,00;C\n",
        header="date;journal;compte;montant;x\n",
        how=DIRECTED,
    )


def objects(*lines):
    made = [
        json.dumps({"date": "31/01/2024", "journal": "VT", "compte": account, "montant": amount})
        for account, amount in [("411", "10,00"), ("706", "-10,00")]
    ]
    return text(*(f"{one}\n" for one in (*made, *lines)), header="", how=JSON)


def headed(*lines):
    return text(*lines, header="", how=HEADED)


H_LINES = ("31/01/2024;411;10,00\n", "31/01/2024;706;-10,00\n")


def blocks(top):
    values = (line.strip().split(";") for line in (DEBIT, CREDIT))
    lines = (f"#\n{chr(10).join(one)}\n" for one in values)
    return text(*lines, header=top, how=BLOCKS)


def sites(*sirets, **told):
    lines = (
        f"{line.strip()};{siret}\n" for line, siret in zip((DEBIT, CREDIT), sirets, strict=True)
    )
    return text(*lines, header="date;journal;compte;montant;x\n", how=SITES, **told)


def fixed(*lines):
    return text(*(f"{one}\n" for one in lines), header="", how=FIXED)


NARROW = model(
    input={"kind": "fixed", "records": [{"columns": {
        name: {"start": start, "length": length}
        for name, start, length in [
            ("date", 1, 10), ("journal", 11, 2), ("account", 16, 3), ("amount", 22, 6)]}}]}
)  # fmt: skip
NARROW_LINES = ("31/01/2024VT   411    10,00", "31/01/2024VT   706   -10,00")
TITLED = model(input__skipLines=1, input__dialect={"header": False}, input__records=[
    {"columns": {"date": 1, "journal": 2, "account": 3, "amount": 4}}])  # fmt: skip
POINT = model(amounts__decimal=".")
POINT_ONLY = model(amounts__decimal=".", amounts__thousands=",")
OPEN_UNIT = model(amounts__unit="ask")
WIDE = with_column("label", "label")
LATIN = model(input__encoding="iso-8859-15")
LEFT_OUT = with_column("left", "label", {"name": "x", "ignore": "EUR"})
del LEFT_OUT["fields"]["label"]


def narrow(*lines):
    return text(*(f"{one}\n" for one in lines), header="", how=NARROW)


def whole(first="1000", second="-1000", how=OPEN_UNIT):
    lines = (f"31/01/2024;VT;411;{first}\n", f"31/01/2024;VT;706;{second}\n")
    return text(*lines, how=how)


def labelled(word, encoding="utf-8", how=LATIN):
    header = HEADER.replace("\n", f";{word}\n")
    lines = "".join(line.replace("\n", ";\n") for line in (DEBIT, CREDIT))
    return raw((header + lines).encode(encoding), model=how)


RULES = [
    *rows(
        *("MOD-COL-02", INFORMATION, NO),
        (
            *(1, "x", first(more="rayon"), first(more="rayon", how=WIDE)),
            {"value": "rayon"},
        ),
        (
            *(
                1,
                "y",
                text(
                    *(f"{one.strip()};z\n" for one in (DEBIT, CREDIT)),
                    header=HEADER.replace("\n", ";y\n"),
                ),
            ),
            text(
                *(f"{one.strip()};\n" for one in (DEBIT, CREDIT)),
                header=HEADER.replace("\n", ";y\n"),
            ),
            {"value": "z"},
        ),
        (
            *(
                1,
                "plus",
                text(
                    '{"date": "31/01/2024", "journal": "VT", "compte": "411", '
                    '"montant": "10,00", "plus": 1}\n',
                    '{"date": "31/01/2024", "journal": "VT", "compte": "706", '
                    '"montant": "-10,00"}\n',
                    header="",
                    how=JSON,
                ),
            ),
            objects(),
            {"value": "1"},
        ),
    ),
    *rows(
        *("MOD-COL-03", WARNING, NO),
        (
            *(1, "13-15", narrow(NARROW_LINES[0].replace("   411", " X 411"), NARROW_LINES[1])),
            narrow(*NARROW_LINES),
            {"value": "X"},
        ),
        (
            *(1, "28-…", narrow(*(f"{one} ab" for one in NARROW_LINES))),
            narrow(*(f"{one}  " for one in NARROW_LINES)),
            {"value": "ab", "expected": "2"},
        ),
        expected="1",
    ),
    *rows(
        *("MOD-COL-04", ERROR, ALWAYS),
        (
            *(1, "account (16-18)", narrow(*(x.replace("   411", " 64411") for x in NARROW_LINES))),
            narrow(*NARROW_LINES),
            {"value": " 64"},
        ),
        (
            *(2, "account (16-18)", narrow(NARROW_LINES[0], NARROW_LINES[1].replace("6 ", "60"))),
            narrow(*NARROW_LINES),
            {"value": "0  "},
        ),
        expected="1",
    ),
    *rows(
        *("MOD-COL-05", INFORMATION, NO),
        (
            *(2, "x", first(more="rayon", how=LEFT_OUT), first(more="0,00", how=LEFT_OUT)),
            {"value": "rayon"},
        ),
        (*(2, "x", first(more="rayon", how=LEFT_OUT), first(more="EUR", how=LEFT_OUT)),),
    ),
    *rows(
        *("MOD-LIG-06", INFORMATION, NO),
        (
            *(4, None, text(DEBIT, CREDIT, "Total;;;10,00\n"), text(DEBIT, CREDIT, ";;;\n")),
            {"value": "Total ; 10,00"},
        ),
        (
            *(4, None, text(DEBIT, CREDIT, ";;;10,00\n", ";SOUS-TOTAL;;10,00\n")),
            text(DEBIT, CREDIT),
            {"value": "10,00", "expected": "2"},
        ),
        (4, None, text(DEBIT, CREDIT, "Totaux\n"), text(DEBIT, CREDIT), {"value": "Totaux"}),
        expected="1",
    ),
    *rows(
        *("MOD-LIG-07", INFORMATION, NO),
        (3, None, text(DEBIT, HEADER, CREDIT), text(DEBIT, CREDIT)),
        (3, None, text(DEBIT, ";suite;;\n", CREDIT), text(DEBIT, CREDIT), {"value": "suite"}),
        (
            *(4, None, text(DEBIT, CREDIT, "Édité le 02/04/2024;;;\n"), text(DEBIT, CREDIT)),
            {"value": "Édité le 02/04/2024"},
        ),
        expected="1",
    ),
    *rows(
        *("MOD-LIG-08", INFORMATION, NO),
        (
            *(1, None, text(DEBIT, CREDIT, header="", how=TITLED)),
            text(DEBIT, CREDIT, header="Atelier\n", how=TITLED),
            {"value": DEBIT.strip()},
        ),
    ),
    *rows(
        *("MOD-LIG-09", INFORMATION, NO),
        (
            *(1, None, text(header=f"Atelier;;;\n{HEADER}")),
            text(header=f"\n{HEADER}"),
            {"value": "2"},
        ),
    ),
    *rows(
        *("MOD-ENC-01", INFORMATION, NO),
        (
            *(None, None, labelled("é")),
            labelled("é", "iso-8859-15"),
            {"value": "utf-8"},
        ),
        (
            *(None, None, labelled("é", "windows-1252", model(input__encoding="utf-8"))),
            labelled("e", "windows-1252", model(input__encoding="utf-8")),
            {"value": "iso-8859-15", "expected": "utf-8"},
        ),
        expected="iso-8859-15",
    ),
    *rows(
        *("MOD-CPT-01", ERROR, LIFTABLE),
        (2, "compte", first(account="CDUPONT"), first(account="411DUPONT"), {"value": "CDUPONT"}),
        ((2, 3), "compte", text(DEBIT.replace("411", "9A"), CREDIT.replace("706", "F")), text()),
    ),
    *rows(
        *("MOD-MNT-02", ERROR, ALWAYS),
        (2, "montant", whole(), whole("1000,00"), {"value": "1000"}),
        (2, "montant", whole("10", "-10"), whole("10,0", "-10")),
    ),
    *rows(
        *("MOD-MNT-04", ERROR, ALWAYS),
        (2, "montant", whole("1,250", "-1,250", PLAIN), whole("1,250", "-1,25", PLAIN)),
        (2, "montant", whole("1.250", "-1.250", POINT), whole("1.250", "-1.25", POINT)),
        (2, "montant", whole("1.250", "-1.250", POINT), whole("1.250", "-1.250", POINT_ONLY)),
        (2, "montant", whole("1,250 €", "-1,250 €", PLAIN), whole("1250 €", "-1250 €", PLAIN)),
    ),
    *rows(
        *("MOD-COL-01", ERROR, ALWAYS),
        (
            *(1, None, text(header="date;journal;account;montant\n")),
            text(header="DATE;journal;compte;montant\n"),
            {"value": "compte"},
        ),
        (
            *(1, None, text(header="date;jrn;account;montant\n")),
            text(),
            {"value": "journal, compte", "expected": "date, jrn, account, montant"},
        ),
        expected="date, journal, account, montant",
    ),
    *rows(
        *("MOD-LIG-01", ERROR, ALWAYS),
        (3, None, kinds(E_DEBIT, E_CREDIT, "X;?\n"), kinds(E_DEBIT, E_CREDIT, "N;?\n")),
        *(
            (3, None, loose(almost), loose("x;note\n"), {"also_not": ("MOD-LIG-13",)})
            for almost in (E_DEBIT.lower(), f" {E_DEBIT}")
        ),
        (
            *(1, None, blocks("?\n")),
            blocks("\n"),
            {"value": "?"},
        ),
    ),
    *rows(
        *("MOD-LIG-03", WARNING, NO),
        (
            *(1, None, kinds("N;?\n", E_DEBIT, E_CREDIT), kinds(E_DEBIT, "N;?\n", E_CREDIT)),
            {"value": "note"},
        ),
    ),
    *rows(
        *("MOD-LIG-04", ERROR, ALWAYS),
        (
            *(2, None, first(journal='"VT')),
            first(journal='"VT"'),
            {"also": ("FEC-ECR-01", "FEC-EQU-02")},
        ),
    ),
    *rows(
        *("MOD-LIG-05", ERROR, ALWAYS),
        (3, None, objects("[]\n"), objects("\n"), {"value": "[]"}),
        (3, None, objects("{\n"), objects()),
    ),
    *rows(
        *("MOD-LIG-10", ERROR, ALWAYS),
        (
            *((1, 2), None, headed(*H_LINES, "P;VT\n", *H_LINES)),
            headed("P;VT\n", *H_LINES, "P;VT\n", *H_LINES),
            {"also": ("FEC-OBL-02",)},
        ),
        (
            *(2, None, headed("\n", H_LINES[0], "P;VT\n", H_LINES[1])),
            headed("\n", "P;VT\n", *H_LINES),
            {"also": ("FEC-OBL-02", "FEC-ECR-01")},
        ),
    ),
    *rows(
        *("MOD-LIG-11", INFORMATION, NO),
        (
            *(2, None, text('"31/01/2024\n";VT;411;10,00\n', CREDIT)),
            text('"31/01/2024";VT;411;10,00\n', CREDIT),
            {"value": '"31/01/2024'},
        ),
        (
            *(2, None, text(DEBIT.replace("VT", '"VT\n"'), CREDIT.replace("VT", '"\nVT"'))),
            text(DEBIT.replace("VT", '"VT"'), CREDIT),
            {"expected": "2"},
        ),
        expected="1",
    ),
    *rows(
        *("MOD-SIR-01", ERROR, ALWAYS),
        (2, "x", sites("07955542100018", SIRET), sites(SIRET, SIRET), {"value": "07955542100018"}),
        (2, "x", sites(SIRET[:-1], SIRET), sites("", SIRET)),
        expected="079555421",
    ),
    *rows(
        *("MOD-SIR-02", ERROR, ALWAYS),
        ((2, 3), "x", sites(SIRET, SIRET, siren="123456782"), sites(SIRET, SIRET, siren=SIREN)),
        (
            3,
            "x",
            sites(SIRET, OTHER_SIRET),
            sites(SIRET, SIRET),
            {"value": OTHER_SIRET, "expected": "079555421"},
        ),
        expected="123456782",
    ),
    *rows(
        *("MOD-SIR-03", ERROR, ALWAYS),
        (
            *((2, 3), "x", sites(SIRET, SIRET, sirets=("07955542100027",))),
            sites(SIRET, SIRET, sirets=(SIRET,)),
            {"value": SIRET},
        ),
        ((2, 3), "x", sites(SIRET, SIRET, sirets=("07955542100027",)), sites(SIRET, SIRET)),
        (
            *((2, 3), "x", sites(SIRET, SIRET, sirets=("07955542100027",))),
            sites(SIRET, SIRET, siren="123456782", sirets=("07955542100027",)),
            {"also_not": ("MOD-SIR-02",)},
        ),
        expected="079555421",
    ),
    # What files of the law raise too, here in a layout of their own.
    *rows(
        *("FEC-FIX-02", ERROR, ALWAYS),
        (
            *(3, None, fixed(*FIXED_LINES, FIXED_LINES[0][:-1])),
            fixed(*FIXED_LINES, ""),
            {"value": "20"},
        ),
        expected="21",
    ),
    *rows(
        *("FEC-MNT-04", WARNING, ALWAYS),
        (2, "montant", first(amount="10,001"), first(amount="10,000")),
        expected="1234,56",
    ),
    *rows(
        *("FEC-MNT-07", INFORMATION, NO),
        (
            *((2, 3), "montant"),
            text(
                *(f"31/01/2024;VT;411;-10,00;{word}\n" for word in "DC"),
                header=("date;journal;compte;montant;x\n"),
                how=DIRECTED,
            ),
            directed("D"),
        ),
    ),
    *rows(
        *("FEC-MNT-08", WARNING, ALWAYS),
        (2, "montant", first(amount="1000000000000,00"), first(amount="10,00")),
        expected="≤ 999999999999,99",
    ),
    *rows(
        *("FEC-OBL-02", ERROR, NO),
        ((2, 3), "journal", text(*(x.replace("VT", "") for x in (DEBIT, CREDIT))), text()),
    ),
    *rows(
        *("FEC-CPT-01", ERROR, NO),
        (2, "compte", first(account="41"), first(account="411")),
    ),
    *rows(
        *("FEC-CPT-05", INFORMATION, ALWAYS),
        (2, "compte", first(account=""), first(account="411")),
    ),
]
