"""A file that is no FEC is read by the built-in model it was written for."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.builtin import builtin_model, builtin_names
from ecritures.formats.layouts.loading import load_model, parse_document
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file
from ecritures.reading.other_models import TRIED_BYTES, models_that_read

OF_TEXT = [name for name in builtin_names() if builtin_model(name).samples[0].text]


@pytest.mark.heavy
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
@pytest.mark.parametrize("name", OF_TEXT)
def test_the_model_of_a_file_is_named(tmp_path, name, encoding):
    path = tmp_path / "file"
    text = builtin_model(name).samples[0].text.removeprefix("\ufeff")
    path.write_bytes(text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding))

    found = check_file(path, CheckOptions()).anomalies.frame().filter(code="FEC-FIC-07")

    assert name in found["value"].item().split(", ")


def test_a_header_goes_before_columns_by_position(tmp_path):
    path = tmp_path / "file"
    path.write_text(
        "Atelier;;;;;;\nDate;Journal;Compte;Libellé;Pièce;Débit;Crédit\n"
        "31/01/2024;VT;411000;Facture;F1;120,00;\n31/01/2024;VT;706000;Facture;F1;;120,00\n"
    )

    found = check_file(path, CheckOptions()).anomalies.frame().filter(code="FEC-FIC-07")

    assert found["value"].item().split(", ")[0] == "csv"
    assert "coala" not in found["value"].item()


LABELLED = """Date;Compte;Libellé;Débit;Crédit
31/01/2024;411000;Facture 12;120,00;
31/01/2024;706000;Facture 12;;120,00
"""
OWN = """
name: maison
input:
  kind: delimited
  dialect: {delimiter: ";"}
dates: {formats: [JJ/MM/AAAA]}
amounts: {decimal: ","}
fields:
  journalCode: {from: {constant: OD}}
  entryDate: {from: Date}
  accountNumber: {from: Compte}
  debit: {from: Débit}
  credit: {from: Crédit}
"""


@pytest.mark.heavy
def test_a_built_in_model_that_would_leave_out_a_column_is_not_chosen(tmp_path):
    path = tmp_path / "file"
    path.write_text(LABELLED)
    own = [load_model(parse_document(OWN))]

    assert models_that_read(path, Encoding("utf-8")) == []
    assert models_that_read(path, Encoding("utf-8"), own) == ["maison"]

    path.write_text(LABELLED.replace("Facture 12", ""))
    assert models_that_read(path, Encoding("utf-8")) == ["quickbooks"]


def test_only_the_beginning_of_a_file_is_tried(tmp_path):
    text = builtin_model("quadra").samples[0].text
    beyond = tmp_path / "beyond"
    beyond.write_text("\n".join(["x" * 99] * (TRIED_BYTES // 100 + 1)) + "\n" + text)

    assert models_that_read(beyond, Encoding()) == []


def test_bytes_that_are_no_text_are_read_by_no_model(tmp_path):
    path = tmp_path / "noise"
    path.write_bytes(bytes(range(256)) * 400)

    assert models_that_read(path, Encoding("windows-1252")) == []
    assert check_file(path).anomalies.counts == {"FEC-FIC-03": 1}
