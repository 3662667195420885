"""FEC-FIC: is there a file of entries at all?"""

from __future__ import annotations

from helpers.fec import fec
from helpers.rules import ALWAYS, ERROR, GOOD, WARNING, flat, opening, raw, rows

NO_HEADER = {"also_not": ("FEC-STR-02",)}
SMALL = {"line_bytes_max": 1000, "block_bytes": 500}
SIGNATURES = {
    "PDF": b"%PDF",
    "ZIP, XLSX, ODS": b"PK\x03\x04",
    "GZIP": b"\x1f\x8b",
    "XLS": b"\xd0\xcf\x11\xe0",
    "PNG": b"\x89PNG",
    "JPEG": b"\xff\xd8\xff",
    "HTML": b"<!DOCTYPE",
}
NOT_A_FEC = dict.fromkeys(SIGNATURES, ("FEC-STR-02",)) | dict.fromkeys(
    ("GZIP", "PNG"), ("FEC-STR-02", "FEC-ENC-02")
)

RULES = [
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
        (None, None, raw(b"<html"), raw(b"<htm"), {"also_not": ("FEC-XML-20",), "value": "HTML"}),
    ),
    *rows(
        *("FEC-FIC-04", ERROR, ALWAYS),
        (None, None, raw(b"x" * 1001, limits=SMALL), raw(b"x" * 1000, limits=SMALL), NO_HEADER),
        (
            *(None, None),
            flat([*opening(1, EcritureLib="x" * 2000), *opening(1)], limits=SMALL),
            flat(opening(), limits=SMALL),
        ),
    ),
]
