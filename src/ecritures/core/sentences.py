"""Sentences for people: French first, English second, under a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


def pick(language: Language, fr: str, en: str) -> str:
    """Return the text in the given language."""
    return fr if language == "fr" else en


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message in both languages, with the code that programs rely on."""

    code: str
    fr: str
    en: str

    def text(self, language: Language = "fr") -> str:
        """Return the sentence in one language."""
        return pick(language, self.fr, self.en)
