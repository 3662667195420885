"""Codes of domains and dossiers."""

from __future__ import annotations

import re

from ecritures.core.errors import RefusedRequestError

CODE_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def checked_code(code: str) -> str:
    """Return the code, or refuse it.

    Raises:
        RefusedRequestError: It is not 1 to 64 letters, digits, dots, hyphens or underscores.
    """
    if re.fullmatch(CODE_PATTERN, code) is None:
        raise RefusedRequestError(
            "code-invalid",
            f"Le code « {code} » doit tenir en 1 à 64 lettres, chiffres, points ou tirets.",
            f"Code “{code}” must be 1 to 64 letters, digits, dots, hyphens or underscores.",
        )
    return code
