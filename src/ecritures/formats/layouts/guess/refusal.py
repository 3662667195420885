"""The refusal to propose a model."""

from __future__ import annotations

from typing import NoReturn

from ecritures.core.errors import RefusedRequestError


def nothing(fr: str, en: str) -> NoReturn:
    """Say why no model can be proposed.

    Raises:
        RefusedRequestError: Always.
    """
    raise RefusedRequestError(
        "model-not-guessed",
        f"Aucun modèle ne se devine de ce fichier : {fr}. Partez d'un modèle livré.",
        f"No model can be guessed from this file: {en}. Start from a built-in one.",
    )
