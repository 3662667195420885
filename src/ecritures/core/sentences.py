"""Sentences for people: French first, English second, under a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to say, in both languages, with the code that programs rely on."""

    code: str
    fr: str
    en: str

    def text(self, language: Language = "fr") -> str:
        """Return the sentence in one language."""
        return self.fr if language == "fr" else self.en
