"""How the encoding of a file is decided."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.text.encoding import judge_encoding


@pytest.mark.parametrize(
    ("content", "name", "codes"),
    [
        ("Crème brûlée\n".encode("iso-8859-15"), "iso-8859-15", {}),
        ("Prix : 2 €\n".encode("iso-8859-15"), "iso-8859-15", {}),
        ("Prix : 2 €\n".encode("windows-1252"), "windows-1252", {"FEC-ENC-02": 1}),
        (b"caf\xc3\xa9\ncaf\xc3\xa9\ncaf\xe9\n", "utf-8", {"FEC-ENC-01": 1}),
        (b"caf\xe9\ncaf\xe9\ncaf\xc3\xa9\n", "iso-8859-15", {"FEC-ENC-03": 1}),
    ],
)
def test_the_encoding_is_decided_by_a_rule(content, name, codes):
    anomalies = Anomalies()

    encoding = judge_encoding([content], anomalies)

    assert encoding.name == name
    assert anomalies.counts == codes


def test_bad_bytes_are_recorded_with_their_line():
    anomalies = Anomalies()

    judge_encoding([b"caf\xc3\xa9\n" * 3 + b"x\n", b"caf\xe9 noir\n"], anomalies)

    assert anomalies.frame().select("line", "value").rows() == [(5, "0xE9 « caf· noir »")]
