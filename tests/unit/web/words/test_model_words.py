"""What the built-in import models are called in English."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from ecritures.imports.submission.import_models import list_built_in
from ecritures.web.words.model_words import ENGLISH, model_description, model_title
from ecritures.web.words.writing import Writing

IN_FRENCH, IN_ENGLISH = (Writing(one, ZoneInfo("Europe/Paris")) for one in ("fr", "en"))
SHOWN_MAX = 160


def test_each_built_in_model_is_described_in_english_in_one_line():
    assert {one.name for one in list_built_in()} == set(ENGLISH)
    assert all(description.endswith(".") for _, description in ENGLISH.values())
    assert max(len(description) for _, description in ENGLISH.values()) <= SHOWN_MAX


def test_a_model_is_called_in_the_language_of_its_reader():
    (csv,) = (one for one in list_built_in() if one.name == "csv")
    assert model_title(csv, IN_FRENCH) == "CSV simple"
    assert model_title(csv, IN_ENGLISH) == "Plain CSV"
    assert model_description(csv, IN_FRENCH).startswith("Date, journal, compte")
    own = replace(csv, version=2)
    assert model_title(own, IN_ENGLISH) == "CSV simple"
    assert model_description(own, IN_ENGLISH).startswith("Date, journal, compte")
