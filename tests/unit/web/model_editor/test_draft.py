"""The model that the editor works on."""

from __future__ import annotations

from ecritures.formats.layouts.builtin import builtin_document
from ecritures.formats.layouts.sample import SampleTable
from ecritures.web.model_editor.draft import Draft


def sent(draft, **fields):
    return {"document": draft.text, "digest": draft.digest, **fields}


def test_controls_are_applied_to_the_document():
    form = sent(Draft.of(builtin_document("csv")), unit="cents")
    draft = Draft.sent(form)
    draft.take(form, SampleTable("delimited", ["Date"], [], 1))
    assert draft.document["amounts"]["unit"] == "cents"
    assert "unit: cents" in draft.text


def test_a_text_changed_by_hand_counts_before_the_controls():
    shown = Draft.of(builtin_document("csv"))
    form = sent(shown, unit="cents") | {"document": shown.text + "\ngrouping: number\n"}
    draft = Draft.sent(form)
    draft.take(form, None)
    assert draft.document["grouping"] == "number"
    assert "unit" not in draft.document["amounts"]


def test_a_text_that_cannot_be_read_is_kept():
    draft = Draft.sent({"document": "a: ["})
    assert draft.document is None
    assert draft.text == "a: ["
    assert draft.refused.code == "model-unreadable"


def test_confidences_go_with_the_form_while_their_column_is_the_same():
    draft = Draft.of({}, sure={"entryDate": (0, 70)})
    again = Draft.sent({"document": "{}", "sure": draft.sure_text + " x:y:z label"})
    assert again.sure == {"entryDate": (0, 70)}
    assert again.confidence("entryDate", 0) == 70
    assert again.confidence("entryDate", 1) is None
