"""FEC-ENC: what the bytes of a text may be."""

from __future__ import annotations

from helpers.fec import fec
from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    NO,
    WARNING,
    flat,
    one,
    opening,
    purchase,
    raw,
    rows,
    two,
)

LATIN = {"encoding": "iso-8859-15"}
NOT_A_HEADER = {"also_not": ("FEC-STR-02",)}
BASE = fec(opening())
FOUR = fec([*opening(), *purchase()])
BASE_LINES, LATIN_LINES = (
    fec(opening(), encoding=encoding).splitlines(keepends=True)
    for encoding in ("utf-8", "iso-8859-15")
)


def changed(content, before, after):
    assert before in content
    return raw(content.replace(before, after, 1))


RULES = [
    *rows(
        *("FEC-ENC-01", ERROR, NO),
        # two lines of UTF-8 accents before it, one after: most of the file is UTF-8
        (4, None, changed(FOUR, b"F2", b"F\xff"), changed(FOUR, b"F2", b"F\xc3\xbf")),
        (  # the byte in doubt is shown, not the accent before it
            *(2, None, changed(FOUR, b"F1", b"F\xff"), changed(FOUR, b"F1", b"F\xc3\xbf")),
            {"value": "0xFF « 512000|||Fÿ|20240229| »"},
        ),
    ),
    *rows(
        *("FEC-ENC-08", WARNING, NO),
        *(
            (2, None, flat(one(EcritureLib=odd)), flat(one(EcritureLib=right)), {"value": odd})
            for odd, right in [("CrÃ©dit", "Crédit"), ("NÂ° 12", "N° 12"), ("Å’uvre", "Œuvre")]
        ),
        expected="1",
    ),
    *rows(
        *("FEC-ENC-09", WARNING, NO),
        *(
            (
                *(
                    2,
                    None,
                    flat(one(EcritureLib=odd)),
                    flat(one(EcritureLib="Durand & Fils; avoir")),
                ),
                {"value": odd},
            )
            for odd in ("R&egrave;glement", "Durand &amp; Fils", "L&#39;avoir")
        ),
        expected="1",
    ),
    *rows(
        *("FEC-ENC-10", WARNING, NO),
        *(
            (2, None, flat(one(EcritureLib=odd)), flat(one(EcritureLib="Avoir ? oui, a.b?c=d")))
            for odd in ("re\ufffdu", "R?glement")
        ),
        expected="1",
    ),
    *rows(
        *("FEC-ENC-02", ERROR, NO),
        (
            *(2, None),
            flat(one(EcritureLib="Prix en €"), shape={"encoding": "cp1252"}),
            flat(one(EcritureLib="Prix en €"), shape=LATIN),
            {"value": "0x80 « 9|Prix en €|10,00|0,0 »"},
        ),
    ),
    *rows(
        *("FEC-ENC-11", ERROR, NO),
        *(
            (
                *(2, None),
                flat(one(EcritureLib="Réglé"), shape={"encoding": encoding}),
                flat(one(EcritureLib="Réglé"), shape=LATIN),
                {"expected": name},
            )
            for encoding, name in (("cp850", "CP850 (DOS)"), ("mac-roman", "Mac Roman"))
        ),
    ),
    *rows(
        *("FEC-ENC-03", ERROR, NO),
        (  # one line of each: a tie is a Latin file
            *(2, None),
            raw(BASE_LINES[0] + BASE_LINES[1] + LATIN_LINES[2]),
            flat(opening(), shape=LATIN),
        ),
    ),
    *rows(
        *("FEC-ENC-04", ERROR, ALWAYS),
        *(
            (None, None, flat(opening(), shape={"encoding": encoding}), GOOD, {"value": name})
            for encoding, name in [
                *(("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")),
                ("utf-32", "UTF-32"),
            ]
        ),
        (None, None, raw(b"\xfe\xff\x00J"), raw(b"J"), NOT_A_HEADER | {"value": "UTF-16"}),
        (None, None, raw(b"\x00\x00\xfe\xff"), raw(b"J"), NOT_A_HEADER | {"value": "UTF-32"}),
        (  # every other byte is zero
            *(None, None, raw(b"a\x00b\x00"), raw(b"ab\x00\x00")),
            {"also_not": ("FEC-STR-02",)},
        ),
    ),
    *rows(
        *("FEC-ENC-05", INFORMATION, NO),
        (1, None, raw(b"\xef\xbb\xbf" + BASE), GOOD),
    ),
    *rows(
        *("FEC-ENC-06", WARNING, NO),
        *(
            (2, None, flat(one(EcritureLib=f"a{byte}b")), flat(one(EcritureLib="a\tb")))
            for byte in "\x00\x0b\x0c\x1a\x1b"
        ),
        ((2, 3), None, flat(two({"EcritureLib": "\x1ab"}, {"CompteLib": "a\x1ab"})), GOOD),
    ),
    *rows(
        *("FEC-ENC-07", ERROR, ALWAYS),
        (
            *(None, None, flat(opening(), shape={"encoding": "cp500"})),
            raw("JournalCod".encode("cp500")),
            {"also_not": ("FEC-ENC-02", "FEC-STR-02")},
        ),
    ),
]
