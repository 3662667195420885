"""What a draft of a model makes of a sample."""

from __future__ import annotations

from ecritures.app.actions.model_editing import read_draft
from ecritures.formats.layouts.builtin import builtin_document
from ecritures.formats.layouts.guess import guess_model

TEXT = (
    "Date;Compte;Pièce;Libellé;Débit;Crédit\n"
    "2025-01-02;512000;P1;x;12,00;\n"
    "2025-01-02;411000;P1;x;;11,00\n"
)


def test_a_sample_is_read_and_what_is_wrong_is_said(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(TEXT)
    found = read_draft(path, guess_model(path).document, "fr")
    assert found.table.header[0] == "Date"
    assert (found.effect.line_count, found.effect.entries, found.effect.unbalanced) == (2, 1, 1)
    assert (found.effect.debit_cents, found.effect.credit_cents) == (1200, 1100)
    assert not found.effect.importable
    assert found.effect.findings[0].blocks


def test_a_document_that_is_no_model_says_where(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(TEXT)
    found = read_draft(path, {"name": "a"}, "fr")
    assert found.effect is None
    assert {one["path"] for one in found.errors} >= {"input", "fields"}
    assert found.table.rows


def test_a_model_has_a_sample_of_its_own():
    document = builtin_document("csv")
    assert document["samples"]
    assert read_draft(None, document, "fr").effect.line_count > 0
    assert read_draft(None, document | {"samples": []}, "fr").effect is None


def test_amounts_that_cannot_be_read_have_no_sum(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(TEXT)
    document = guess_model(path).document
    path.write_text(TEXT.replace("12,00", "douze").replace("11,00", "onze"))
    effect = read_draft(path, document, "fr").effect
    assert (effect.debit_cents, effect.credit_cents, effect.unreadable) == (None, None, 2)
