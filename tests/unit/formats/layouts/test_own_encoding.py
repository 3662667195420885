"""A file has its own encoding, whatever its model says."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.preview import try_model

LINE = '1,310124,VT,411000,,"Prêt Hélène",É7,75.00,D,,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_accents_are_those_of_the_file(tmp_path, encoding):
    path = tmp_path / "file"
    path.write_bytes(LINE.encode(encoding))

    tried = try_model(builtin_model("ebp"), path)

    assert tried.lines.select("label", "piece_ref").row(0) == ("Prêt Hélène", "É7")
    assert tried.anomalies.counts.get("MOD-ENC-01", 0) == (encoding == "utf-8")


def test_a_file_of_two_encodings_is_read_line_by_line_and_told(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(LINE.encode() + LINE.encode("windows-1252"))

    tried = try_model(builtin_model("ebp"), path)

    assert set(tried.lines["label"]) == {"Prêt Hélène"}
    assert tried.anomalies.counts["MOD-ENC-01"] == 1
