"""Hostile files in a layout of their own, read by an import model; and fixed-length records."""

from __future__ import annotations

from functools import partial

from hostile.case import MIB, Case

HEADER = "date;journal;compte;libelle;montant\n"
ROW = "31/01/2024;VT;411000;Facture;10,00\n31/01/2024;VT;706000;Facture;-10,00\n"
COLUMNS = {"date": "date", "journal": "journal", "account": "compte", "amount": "montant"}
FIELDS = {
    "entryDate": {"from": "date"},
    "journalCode": {"from": "journal"},
    "accountNumber": {"from": "account"},
    "amount": {"from": "amount"},
    "entryNumber": {"from": {"constant": "1"}},
}


def model(columns=COLUMNS, **source):
    """A model of this input."""
    return {
        "name": "essai",
        "input": {"records": [{"columns": columns}], **source},
        "dates": {"formats": ["JJ/MM/AAAA"]},
        "fields": FIELDS,
    }


DELIMITED = {"model": model()}
JSON_LINES = {"model": model(kind="jsonLines")}
BLOCKS = {
    "model": model({"date": 1, "journal": 2, "account": 3, "amount": 4}, kind="blocks"),
}
WIDTHS = {"date": (1, 10), "journal": (11, 2), "account": (13, 6), "amount": (19, 12)}
FIXED = {
    "model": model(
        {name: {"start": start, "length": length} for name, (start, length) in WIDTHS.items()},
        kind="fixed",
    )
}
XML = {
    "model": model() | {"input": {"kind": "xml", "records": [{"path": "f/l", "columns": COLUMNS}]}},
}
LINE = "<l date='31/01/2024' journal='VT' compte='411000' montant='10,00'/>\n"
ATTRIBUTES = " ".join(f"a{n}=''" for n in range(50_000))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PAIRS = {
    "model": {
        "name": "paires",
        "input": {
            "header": {"find": ["a", "b"]},
            "records": [{"columns": {"date": "d", "debit": "a", "credit": "b", "amount": "m"}}],
        },
        "dates": {"formats": ["JJ/MM/AAAA"]},
        "fields": {"entryDate": {"from": "date"}, "journalCode": {"from": {"constant": "OD"}}},
        "lines": [
            {"accountNumber": {"from": side}, side: {"from": "amount"}, "skipZero": True}
            for side in ("debit", "credit")
        ],
    }
}
HEADINGS = {
    "model": {
        "name": "pieces",
        "input": {
            "dialect": {"header": False},
            "records": [
                {
                    "name": "P",
                    "role": "heading",
                    "when": {"startsWith": "P"},
                    "columns": {"journal": 2},
                },
                {"columns": {"date": 2, "account": 3, "amount": 4}},
            ],
        },
        "dates": {"formats": ["JJ/MM/AAAA"]},
        "grouping": "heading",
        "fields": {name: how for name, how in FIELDS.items() if name != "entryNumber"},
    }
}
OBJECT = '{"date": "31/01/2024", "journal": "VT", "compte": "411000", "montant": "10,00"}\n'
DESCRIPTION = [
    *(["JournalCode", 1, 3], ["EcritureNum", 4, 6], ["EcritureDate", 10, 8]),
    *(["CompteNum", 18, 8], ["CompteLib", 26, 20], ["EcritureLib", 46, 20]),
    *(["Debit", 66, 13], ["Credit", 79, 13]),
]
RECORD = (
    f"{'VT':3}{'1':6}20240131{'411000':8}{'Client':20}{'Facture':20}{'10,00':>13}{'0,00':>13}\n"
)
OTHER = f"{'VT':3}{'1':6}20240131{'706000':8}{'Vente':20}{'Facture':20}{'0,00':>13}{'10,00':>13}\n"
RECORDS = {"description": DESCRIPTION, "format": "fixed"}


def delimited(name, text, *codes, **more):
    """A delimited file."""
    return Case(f"delimited: {name}", partial(_bytes, text), codes, told=DELIMITED, **more)


def json_lines(name, text, *codes, **more):
    """A file of JSON objects."""
    return Case(f"json: {name}", partial(_bytes, text), codes, told=JSON_LINES, **more)


def xml(name, text, *codes, **more):
    """A file of XML."""
    return Case(f"xml model: {name}", partial(_bytes, text), codes, told=XML, **more)


def records(name, text, *codes, **more):
    """A file of fixed-length records."""
    return Case(f"records: {name}", partial(_bytes, text), codes, told=RECORDS, **more)


def _bytes(text):
    made = text() if callable(text) else text
    return made if isinstance(made, bytes) else made.encode()


CASES = [
    delimited("empty", "", "FEC-FIC-01"),
    delimited("no column", lambda: "x" * 1000 + "\n", "MOD-COL-01"),
    delimited("100,000 columns", lambda: ";".join(["x"] * 100_000), "FEC-STR-18", quick=True),
    delimited("1,001 columns", HEADER[:-1] + ";x" * 996 + "\n", "FEC-STR-18"),
    delimited(
        "a name of accents",
        lambda: HEADER.replace("date", "date" + "\u0301" * 300_000) + "non;;;;\n" * 1000,
        "MOD-LIG-07",
    ),
    delimited("many fields in lines", lambda: HEADER + (";" * 100_000 + "\n") * 20, "FEC-FIC-02"),
    delimited("an open quote", lambda: HEADER + '"' + ROW * 20_000, "MOD-LIG-04"),
    delimited("quotes alone", lambda: HEADER + '"' * 900_000 + "\n", importable=False),
    delimited("quotes on each line", lambda: HEADER + '";"";"\n' * 100_000),
    delimited("a long line", lambda: HEADER + "x" * (MIB + 1) + "\n", "FEC-FIC-04"),
    delimited("delimiters alone", lambda: HEADER + ";;;;\n" * 300_000, "FEC-FIC-02"),
    delimited("year 0", HEADER + ROW.replace("2024", "0000"), "MOD-DAT-01"),
    delimited("a long amount", lambda: HEADER + ROW.replace("10,00", "1" * 500_000), "FEC-MNT-08"),
    delimited("a long wrong date", lambda: HEADER + "x" * 900_000 + ";;;;\n", "MOD-LIG-07"),
    delimited("no amount at all", HEADER + ROW.replace("10,00", "0,00"), "FEC-MNT-12"),
    delimited("an HTML page", "<html><body>Login</body></html>", "FEC-FIC-05"),
    delimited("an archive", "PK\x03\x04" + "x" * 100, "archive-damaged"),
    json_lines("depth 100,000", lambda: "[" * 100_000 + "\n", "MOD-LIG-05"),
    json_lines("objects in objects", lambda: '{"date":' * 50_000 + "\n", "MOD-LIG-05", quick=True),
    json_lines("NUL", OBJECT.replace("VT", r"\u0000"), "MOD-LIG-05"),
    json_lines("half a character", OBJECT.replace("VT", r"\ud800"), "MOD-LIG-05"),
    json_lines("a list", "[]\n", "MOD-LIG-05"),
    json_lines("a number", "1\n", "MOD-LIG-05"),
    json_lines(
        "a number of 500,000 digits", lambda: OBJECT.replace('"10,00"', "1" * 500_000), "FEC-MNT-08"
    ),
    json_lines("NaN", OBJECT.replace('"10,00"', "NaN"), "MOD-MNT-01"),
    json_lines("a huge exponent", OBJECT.replace('"10,00"', "1e999999"), "MOD-MNT-03"),
    json_lines(
        "one key 50,000 times",
        lambda: "{" + '"date": "x", ' * 50_000 + '"date": "x"}\n',
        "MOD-DAT-01",
    ),
    json_lines(
        "50,000 keys",
        lambda: "{" + ", ".join(f'"k{n}": 1' for n in range(50_000)) + "}\n",
        "MOD-DAT-01",
    ),
    json_lines(
        "an object in place of a text", OBJECT.replace('"VT"', '{"a": []}'), importable=None
    ),
    json_lines("wrong lines", lambda: "x\n" * 20_000, "MOD-LIG-05"),
    xml("billion laughs", f'<!DOCTYPE f [<!ENTITY l0 "ha">{LAUGHS}]><f>&l9;</f>', "MOD-XML-02"),
    xml("external entity", "<!DOCTYPE f SYSTEM 'file:///etc/passwd'><f/>", "MOD-XML-02"),
    xml("depth 100,000", lambda: "<f>" * 100_000, "MOD-XML-01", quick=True),
    xml("one line of 100,000 elements", lambda: f"<f>{LINE.strip() * 100_000}</f>"),
    xml("another root", "<g/>", "FEC-FIC-02"),
    xml("a tag without end", lambda: "<f " + "x" * (2 * MIB), "FEC-FIC-04"),
    xml("a long text", lambda: f"<f><l><date>{'x' * (2 * MIB)}</date></l></f>", "FEC-FIC-04"),
    xml("elements nobody wants", lambda: f"<f>{'<x/>' * 300_000}</f>", "FEC-FIC-02"),
    xml("names nobody wants", lambda: f"<f><l {ATTRIBUTES}/></f>"),
    Case("blocks: no tag", partial(_bytes, "x\n" * 100_000), ("MOD-LIG-01",), told=BLOCKS),
    Case("blocks: one without end", lambda: b"#\n" + b"x\n" * 500_000, told=BLOCKS),
    Case("blocks: tags alone", lambda: b"#\n" * 300_000, told=BLOCKS),
    Case("fixed: short lines", lambda: b"x\n" * 200_000, ("FEC-FIX-02",), told=FIXED),
    Case("fixed: long lines", lambda: (b"x" * 1_000_000 + b"\n") * 20, told=FIXED),
    Case("fixed: letters of four bytes", lambda: "\U0001f4a3".encode() * 200_000, told=FIXED),
    records("good", RECORD + OTHER, importable=True),
    records("short", lambda: "VT\n" * 200_000, "FEC-FIX-02"),
    records("long", lambda: (RECORD[:-1] + "x" * 1_000_000 + "\n") * 20, "FEC-FIX-03"),
    records("a line without end", lambda: RECORD[:-1] * 20_000, "FEC-FIC-04"),
    records("accents", lambda: RECORD.replace("Client", "é" * 6) * 20_000),
    records(
        "accents in one byte",
        lambda: (RECORD.replace("Client", "é" * 6) * 20_000).encode("latin-1"),
    ),
    records("year 0", RECORD.replace("20240131", "00000101") + OTHER, "FEC-DAT-09"),
    Case(
        "records: no description",
        partial(_bytes, RECORD),
        ("FEC-FIX-01",),
        told={"format": "fixed"},
    ),
    Case(
        "records: a field's name of 10,000 characters",
        partial(_bytes, RECORD),
        ("FEC-STR-18",),
        told={"format": "fixed", "description": [*DESCRIPTION, ["x" * 10_000, 92, 1]]},
    ),
]
