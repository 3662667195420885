"""FEC-FIC: is there a file of entries at all?"""

from __future__ import annotations

from helpers.fec import fec
from helpers.rules import ALWAYS, ERROR, GOOD, INFORMATION, NO, WARNING, flat, opening, raw, rows

BOM = b"\xef\xbb\xbf"
NO_HEADER = {"also_not": ("FEC-STR-02",)}
SMALL = {"line_bytes_max": 1000, "block_bytes": 500}
SIGNATURES = {
    "PDF": b"%PDF",
    "ZIP, XLSX, ODS": b"PK\x03\x04",
    "GZIP": b"\x1f\x8b",
    "XLS": b"\xd0\xcf\x11\xe0",
    "PNG": b"\x89PNG",
    "JPEG": b"\xff\xd8\xff",
}
NOT_A_FEC = {
    "PDF": ("FEC-STR-02",),
    "ZIP, XLSX, ODS": ("FEC-STR-02",),
    "GZIP": ("FEC-STR-02", "FEC-ENC-02"),
    "XLS": ("FEC-STR-02",),
    "PNG": ("FEC-STR-02", "FEC-ENC-02"),
    "JPEG": ("FEC-STR-02",),
}
QUADRA = b"".join(
    b"M%-8sVT000310124FFacture             %s+000000012000\r\n" % one
    for one in ((b"411000", b"D"), (b"706000", b"C"))
)

RULES = [
    *rows(
        *("FEC-FIC-07", INFORMATION, NO),
        (
            *(None, None, flat(opening(), shape={"separator": ";"})),
            flat(opening(EcritureDate="?"), shape={"separator": ";"}),
            {"value": "csv", "expected": "csv", "also": ("FEC-STR-01",)}
            | {"also_not": ("FEC-STR-01",)},
        ),
        (
            *(None, None, raw(QUADRA), raw(QUADRA[1:])),
            {"value": "quadra", "expected": "quadra", "also": ("FEC-STR-02",)}
            | {"also_not": ("FEC-STR-02",)},
        ),
    ),
    *rows("FEC-FIC-01", ERROR, ALWAYS, (None, None, raw(b""), raw(b"\n"), NO_HEADER)),
    *rows(
        *("FEC-FIC-02", WARNING, ALWAYS),
        (None, None, flat([]), GOOD),
        (None, None, flat([]), raw(fec([]) + b"AN|\r\n"), {"also_not": ("FEC-STR-07",)}),
        (None, None, raw(fec([]) + b"\r\n"), GOOD, {"also": ("FEC-STR-08",)}),
    ),
    *rows(
        *("FEC-FIC-03", ERROR, ALWAYS),
        *(
            (None, None, raw(sign), raw(b"|" + sign), {"value": kind, "also_not": NOT_A_FEC[kind]})
            for kind, sign in SIGNATURES.items()
        ),
        (
            *(None, None, raw(bytes(range(1, 256)))),
            raw(fec(opening()) + b"\x01" * 8),
            {"value": "BIN", "also_not": ("FEC-ENC-06",)},
        ),
    ),
    *rows(
        *("FEC-FIC-04", ERROR, ALWAYS),
        (
            *(1, None, raw(b"x" * 1001, limits=SMALL), raw(b"x" * 1000, limits=SMALL)),
            NO_HEADER | {"value": "1000"},
        ),
        *(
            (
                *(line, None),
                flat([*before, *long, *opening()], limits=SMALL, shape={"end": end}),
                flat(opening(), limits=SMALL),
            )
            for long in [opening(1, EcritureLib="x" * 2000)]
            for line, before in (
                (2, []),
                (12, [row for number in range(2, 7) for row in opening(number)]),
            )
            for end in ("\r\n", "\r", "\n")
        ),
    ),
    *rows(
        *("FEC-FIC-05", ERROR, ALWAYS),
        (None, None, raw(b"<html"), raw(b"<htm"), {"also_not": ("FEC-XML-20",)}),
        *(
            (
                *(None, None, raw(page), raw(b"|" + page)),
                {"also_not": ("FEC-STR-02",)},
            )
            for page in (
                b"<!DOCTYPE html><title>Connexion</title>",
                b"\n  <!doctype html>",
                b"\xef\xbb\xbf<!-- a --> <HTML lang='fr'>",
                b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">',
                b"<script>location = '/login'</script>",
            )
        ),
        (
            *(None, None, raw(b"<!doctype html>"), raw(b"<!doctype comptabilite>")),
            {"also_not": ("FEC-XML-20",)},
        ),
    ),
    *rows(
        *("FEC-FIC-06", ERROR, ALWAYS),
        (
            *(1, None, raw(b"***S5CLIJRLETE\r\n", format="fec"), raw(b"**S5\r\n")),
            {"also_not": ("FEC-STR-02",)},
        ),
    ),
]
