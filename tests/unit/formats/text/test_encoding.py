"""How the encoding of a file is decided."""

from __future__ import annotations

import tracemalloc

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.text.encoding import judge_encoding


@pytest.mark.parametrize(
    ("content", "name", "codes"),
    [
        ("Crème brûlée\n".encode("iso-8859-15"), "iso-8859-15", {}),
        ("Prix : 2 €\n".encode("iso-8859-15"), "iso-8859-15", {}),
        ("Prix : 2 €\n".encode("windows-1252"), "windows-1252", {"FEC-ENC-02": 1}),
        ("Règlement\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        ("SOCIÉTÉ\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        ("RÈGLEMENT DÉPÔT\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        ("RÈGLEMENT PRÊT\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        ("REÇU\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        (" échéance\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        ("PRÊT\n".encode("mac-roman"), "mac-roman", {"FEC-ENC-11": 1}),
        ("IMPÔT, CÔTE, HÔTEL\n".encode("iso-8859-15"), "iso-8859-15", {}),
        ("Café à été\n".encode("cp850"), "cp850", {"FEC-ENC-11": 1}),
        *(
            (f"{text}\n".encode(page), page, {"FEC-ENC-11": 1})
            for page in ("cp850", "mac-roman")
            for text in ("Reçu", "Facture à payer", "Prêt", "Hôtel", "Maître", "PAYÉ")
        ),
        ("Règlement\n".encode("mac-roman"), "mac-roman", {"FEC-ENC-11": 1}),
        ("Café à l’été\n".encode("mac-roman"), "mac-roman", {"FEC-ENC-11": 1}),
        # The signs of Windows-1252 are not those letters.
        ("L’été – “œuvre” à 2 €\n".encode("windows-1252"), "windows-1252", {"FEC-ENC-02": 1}),
        ("Paris–Lyon…suite, l’an\n".encode("windows-1252"), "windows-1252", {"FEC-ENC-02": 1}),
        ("Šumava, Žižkov\n".encode("windows-1252"), "windows-1252", {"FEC-ENC-02": 1}),
        # Two encodings in one file are none of them.
        (b"R\x8aglement\nR\xe8glement\n", "windows-1252", {"FEC-ENC-02": 1}),
        (b"caf\xc3\xa9\ncaf\xc3\xa9\ncaf\xe9\n", "utf-8", {"FEC-ENC-01": 1}),
        (b"caf\xe9\ncaf\xe9\ncaf\xc3\xa9\n", "iso-8859-15", {"FEC-ENC-03": 1}),
    ],
)
def test_the_encoding_is_decided_by_a_rule(content, name, codes):
    anomalies = Anomalies()

    encoding = judge_encoding([content], anomalies)

    assert encoding.name == name
    assert anomalies.counts == codes


@pytest.mark.parametrize(
    ("content", "code", "count"),
    [
        (b"caf\xc3\xa9\n" * 9 + b"caf\xe9\n" * 8, "FEC-ENC-01", 8),
        (b"caf\xc3\xa9\n" * 9 + b"caf\xe9\n" * 9, "FEC-ENC-03", 9),
    ],
)
def test_only_the_first_lines_in_doubt_are_kept(content, code, count):
    anomalies = Anomalies(details_max=2)

    judge_encoding([content], anomalies)

    assert anomalies.counts == {code: count}
    assert anomalies.frame().height == 2


def test_a_file_of_accented_lines_is_not_kept_in_memory():
    block = b"caf\xe9 " * 20 + b"\n"
    tracemalloc.start()
    judge_encoding((block * 100 for _ in range(300)), Anomalies(100))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300 * 100 * len(block) / 10


def test_bad_bytes_are_recorded_with_their_line():
    anomalies = Anomalies()

    judge_encoding([b"caf\xc3\xa9\n" * 3 + b"x\n", b"caf\xe9 noir\n"], anomalies)

    assert anomalies.frame().select("line", "value").rows() == [(5, "0xE9 « café noir »")]
