"""A file has its own encoding, whatever its model says."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.inputs import Input, Record
from ecritures.formats.layouts.own_encoding import choose_encoding
from ecritures.formats.layouts.preview import try_model
from ecritures.formats.text.encoding import Encoding

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


@pytest.mark.parametrize(
    ("text", "encoding", "read_as"),
    [
        ("Prêt Hélène", "cp850", "cp850"),
        ("Facture été 0", "cp850", "cp850"),
        ("RÈGLEMENT", "cp850", "cp850"),
        ("IMPÔT", "windows-1252", "windows-1252"),
        ("Prêt Hélène", "windows-1252", "windows-1252"),
        ("B\u0152UF \u2018frais\u2019", "windows-1252", "windows-1252"),
    ],
)
@pytest.mark.parametrize("named", ["cp850", "windows-1252", "auto"])
def test_letters_tell_a_dos_page_from_windows(tmp_path, named, text, encoding, read_as):
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    found = Encoding("windows-1252") if named == "auto" else Encoding()

    used = choose_encoding(path, Input(encoding=named, records=[Record()]), found)

    assert used.name == (named if text[0] == "B" and named != "auto" else read_as)
