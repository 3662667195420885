"""Hostile texts, given as a FEC."""

from __future__ import annotations

from functools import partial

from helpers.fec import COLUMNS, entries, entry, fec, line
from hostile.case import MIB, Case

BASE = fec(entries(3))
HEADER, _, BODY = BASE.partition(b"\r\n")
TRA = b"***S5CLIJRLSTD\r\n"
ACCENT = "\u0301"


def changed(column, value, count=1, more=()):
    """Entries of which one column holds this in every line."""
    return fec(entries(count, **{column: value}), columns=[*COLUMNS, *more])


def titled(titles, lines, value="x"):
    """Lines with columns beyond the law, all filled."""
    rows = [row | dict.fromkeys(titles, value) for row in entries(lines // 2)]
    return fec(rows, columns=[*COLUMNS, *titles])


def renamed(name, title, value, lines):
    """Lines under a header that calls a column otherwise."""
    columns = [title if one == name else one for one in COLUMNS]
    rows = [row | {title: value} for row in entries(lines // 2)]
    return fec(rows, columns=columns)


def many_journals(count, width):
    """Each entry in a journal of its own, with a long code."""
    rows = []
    for number in range(count):
        rows += entry(number, JournalCode=f"{number:0>{width}}")
    return fec(rows)


def one_entry(count):
    """All lines in one entry."""
    rows = [line(1, "607000", debit="1,00"), line(1, "401000", credit="1,00")] * (count // 2)
    return fec(rows)


def scattered(count):
    """The first lines of all entries, then their second lines."""
    pairs = [entry(number) for number in range(count)]
    return fec([first for first, _ in pairs] + [second for _, second in pairs])


def accented(size):
    """Lines with accents in one byte, which are not UTF-8."""
    return HEADER + b"\r\n" + (BODY.decode().encode("latin-1") * (size // len(BODY) + 1))


def mixed(count):
    """Every other entry in another encoding."""
    good = fec(entries(1), end="\n").partition(b"\n")[2]
    return HEADER + b"\r\n" + (good + good.decode().encode("latin-1")) * count


def json_keys(count: int) -> bytes:
    """An object of very many keys."""
    return b"{" + b",".join(b'"%d":0' % n for n in range(count)) + b"}"


SIGNATURES = {
    "PDF": b"%PDF-1.7\n",
    "XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff\xe0",
}
WRONG = {
    "no amount": ("Debit", "abc", "FEC-MNT-03"),
    "exponent": ("Debit", "1e9999999", "FEC-MNT-13"),
    "not a number": ("Credit", "NaN", "FEC-STR-22"),
    "infinity": ("Credit", "inf", "FEC-MNT-03"),
    "hexadecimal": ("Debit", "0x10", "FEC-MNT-03"),
    "Arabic digits": ("Debit", "\u0661\u0662", "FEC-MNT-03"),
    "full-width digits": ("Debit", "\uff11\uff12", "FEC-MNT-03"),
    "two signs": ("Debit", "+-5,00", "FEC-MNT-03"),
    "thirteen digits": ("Debit", "9" * 13 + ",00", "FEC-MNT-08"),
    "a million digits": ("Debit", "9" * 500_000, "FEC-MNT-08"),
    "a million decimals": ("Debit", "0," + "9" * 500_000, "FEC-MNT-04"),
    "year 0": ("EcritureDate", "00000101", "FEC-DAT-09"),
    "no day": ("EcritureDate", "99999999", "FEC-DAT-09"),
    "30 February": ("EcritureDate", "20240230", "FEC-DAT-09"),
    "a long date": ("EcritureDate", "2" * 500_000, "FEC-DAT-09"),
}
HARMLESS = {
    "formula": ("EcritureLib", "=cmd|' /C calc'!A0".replace("|", " ")),
    "markup": ("EcritureLib", "<script>alert(1)</script>"),
    "right to left": ("EcritureLib", "\u202e" * 1000),
    "zero width": ("EcritureLib", "\u200b" * 1000),
    "emoji": ("EcritureLib", "\U0001f4a3" * 1000),
    "last character": ("EcritureLib", "\U0010ffff"),
    "SQL": ("EcritureLib", "'; DROP TABLE lines; --"),
    "format": ("EcritureLib", "{value}%s%n{0.__class__}"),
    "braces in an account": ("CompteLib", "{column}{expected}"),
    "year 0, optional": ("PieceDate", "00000101"),
    "a long label": ("EcritureLib", "x" * 500_000),
    "a long voucher": ("PieceRef", "x" * 500_000),
}

CASES = [
    Case("text: empty", lambda: b"", ("FEC-FIC-01",), quick=True),
    Case("text: one line end", lambda: b"\n"),
    Case("text: BOM alone", lambda: b"\xef\xbb\xbf"),
    Case("text: NUL bytes", lambda: bytes(MIB), ("FEC-ENC-06",)),
    Case("text: header alone", lambda: HEADER, ("FEC-FIC-02",)),
    Case("text: half a header", lambda: HEADER[:50]),
    Case("text: cut in a line", lambda: BASE[:-40], ("FEC-STR-07",)),
    Case("text: a line of 2 MB", lambda: b"x" * 2 * MIB, ("FEC-FIC-04",), quick=True),
    Case("text: a line of 40 MB", lambda: b"x" * 40 * MIB, ("FEC-FIC-04",)),
    Case(
        "text: a long line among others", lambda: BASE + b"x" * (MIB + 1) + b"\n", ("FEC-FIC-04",)
    ),
    Case("text: separators alone", lambda: b"|" * MIB, ("FEC-STR-18",)),
    Case("text: separators on many lines", lambda: HEADER + b"\n" + b"|\n" * 300_000),
    Case("text: blank lines", lambda: HEADER + b"\n" + b"\n" * 500_000, ("FEC-STR-08",)),
    Case("text: spaces", lambda: HEADER + b"\n" + b" \n" * 300_000, ("FEC-STR-14",)),
    Case("text: carriage returns", lambda: BASE.replace(b"\r\n", b"\r"), importable=True),
    Case("text: a million carriage returns", lambda: HEADER + b"\r" * 1_000_000),
    Case("text: alternating line ends", lambda: HEADER + b"\r\n\n\r" * 100_000),
    Case("text: control characters", lambda: HEADER + b"\r\n" + b"\x0b\x0c\x1a\x1b\x00" * 100_000),
    Case("text: 1,001 columns", partial(titled, ["x"] * 983, 2), ("FEC-STR-18",), quick=True),
    Case("text: 120,000 columns", lambda: HEADER + b"|x" * 120_000 + b"\n", ("FEC-STR-18",)),
    Case("text: a title of 1 MB", partial(titled, ["N" * 1_000_000], 2000), ("FEC-STR-18",)),
    Case(
        "text: a title of accents",
        partial(renamed, "PieceDate", "PieceDate" + ACCENT * 50_000, "x", 20),
        ("FEC-STR-18",),
        quick=True,
    ),
    Case(
        "text: long titles on each line",
        partial(titled, [f"{n:0>100}" for n in range(900)], 4000),
        importable=True,
    ),
    Case("text: one title 900 times", partial(titled, ["x"] * 900, 2000), importable=None),
    Case(
        "text: quoted header", lambda: b'"' + HEADER.replace(b"|", b'"|"') + b'"\n', ("FEC-STR-13",)
    ),
    Case("text: semicolons", lambda: BASE.replace(b"|", b";"), ("FEC-STR-01",)),
    Case("text: TRA", lambda: b"***S5CLIJRLETE\r\n" * 1000, ("FEC-FIC-02",), quick=True),
    Case("text: TRA of one line", lambda: TRA + b"x" * 2_000_000, ("FEC-FIC-04",)),
    Case("text: TRA of short lines", lambda: TRA + b"V\r\n" * 500_000, ("TRA-LIG-01",)),
    Case("text: TRA of records", lambda: TRA + b"***CGN\r\n***ZZZ\r\n" * 300_000, ("FEC-FIC-02",)),
    Case("text: TRA of headers", lambda: (TRA + b"V" * 200 + b"\r\n") * 3000, ("TRA-ENT-07",)),
    Case(
        "text: TRA in EBCDIC",
        lambda: (TRA * 20).decode().encode("cp500"),
        ("FEC-ENC-07",),
        quick=True,
    ),
    Case("text: HTML", lambda: b"\n<!doctype html><title>Login", ("FEC-FIC-05",), quick=True),
    Case("text: JSON", lambda: b'{"error": "expired"}', ("JSON-ECR-01",)),
    Case("text: JSON of depth 100,000", lambda: b'{"a":' * 100_000, ("JSON-STR-05",), quick=True),
    Case("text: JSON of brackets", lambda: b'{"a":' + b"[]" * 5_000_000, ("JSON-STR-01",)),
    Case("text: JSON of a million keys", partial(json_keys, 1_000_000), ("JSON-STR-03",)),
    Case("text: JSON of one string", lambda: b'{"a":"' + b"\\\\" * 10 * MIB, ("JSON-STR-01",)),
    Case("text: JSON of quotes", lambda: b'{"a":' + b'""' * 10 * MIB, ("JSON-STR-01",)),
    Case(
        "text: JSON of empty lines",
        lambda: b'{"codeIbs":"D","data":{"ecritures":[' + b"{}," * 300_000 + b"{}]}}",
        ("JSON-DAT-01",),
    ),
    Case(
        "text: JSON of lines that are none",
        lambda: b'{"codeIbs":"D","data":{"ecritures":[' + b"1," * 500_000 + b"1]}}",
        ("JSON-STR-08",),
    ),
    Case(
        "text: JSON of lines with other fields",
        lambda: (
            b'{"data":{"ecritures":[' + b",".join(b'{"%d":1}' % n for n in range(100_000)) + b"]}}"
        ),
        ("JSON-CHP-03",),
    ),
    *(
        Case(f"text: {kind}", partial(sign.__add__, b"x" * 5000), ("FEC-FIC-03",))
        for kind, sign in SIGNATURES.items()
    ),
    *(
        Case(f"text: {name}", partial(lambda code: BASE.decode().encode(code), name), (told,))
        for name, told in [
            ("utf-16", "FEC-ENC-04"),
            ("utf-16-le", "FEC-ENC-04"),
            ("utf-16-be", "FEC-ENC-04"),
            ("utf-32", "FEC-ENC-04"),
            ("cp500", "FEC-ENC-07"),
        ]
    ),
    Case("text: utf-7", lambda: BASE.decode().encode("utf-7"), importable=None),
    Case("text: accents in one byte", partial(accented, 30 * MIB), importable=None),
    Case("text: two encodings", partial(mixed, 20_000), importable=None),
    Case("text: overlong UTF-8", lambda: BASE + b"\xc0\xaf\xe0\x80\xaf\n"),
    Case("text: surrogates in UTF-8", lambda: BASE + b"\xed\xa0\x80\xed\xb0\x80\n"),
    Case("text: a character cut in two", lambda: BASE + "é".encode()[:1]),
    *(
        Case(f"text: {name}", partial(changed, column, value), (code,))
        for name, (column, value, code) in WRONG.items()
    ),
    *(
        Case(f"text: {name}", partial(changed, column, value), importable=True)
        for name, (column, value) in HARMLESS.items()
    ),
    Case("text: long labels", partial(changed, "EcritureLib", "x" * 500_000, 30), importable=True),
    Case("text: wrong long amounts", partial(changed, "Debit", "x" * 50_000, 200), ("FEC-MNT-03",)),
    Case(
        "text: a long entry number", partial(changed, "EcritureNum", "1" * 900_000), importable=None
    ),
    Case(
        "text: a long journal", partial(changed, "JournalCode", "J" * 400_000, 10), importable=None
    ),
    Case("text: many journals", partial(many_journals, 20_000, 100), importable=True),
    Case("text: one entry of all lines", partial(one_entry, 200_000), importable=True),
    Case("text: scattered entries", partial(scattered, 30_000), importable=None),
    Case("text: an entry a line", lambda: fec([line(n, debit="1,00") for n in range(50_000)])),
    Case("text: no amount at all", partial(changed, "Debit", "0,00"), importable=None),
    Case(
        "text: another company's",
        lambda: BASE,
        ("FEC-NOM-05",),
        told={"file_name": "123456782FEC20241231.txt", "siren": "079555421"},
    ),
    Case(
        "text: a name of 4,000 characters",
        lambda: BASE,
        ("FEC-NOM-01",),
        importable=True,
        told={"file_name": "x" * 4000 + ".txt"},
    ),
]
