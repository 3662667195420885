"""SIREN and SIRET numbers."""

from __future__ import annotations

import re

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret


def is_siren(text: str) -> bool:
    """Tell whether the text is nine digits with a right Luhn key."""
    return re.fullmatch(r"[0-9]{9}", text) is not None and stdnum_siren.is_valid(text)


def is_siret(text: str) -> bool:
    """Tell whether the text is fourteen digits with a right key.

    The key is Luhn's, but for the establishments of La Poste (SIREN 356000000), whose digits add
    up to a multiple of five: a rule python-stdnum knows. That library forgives spaces; the
    vendor's message does not, hence the look at the raw text first.
    """
    return re.fullmatch(r"[0-9]{14}", text) is not None and stdnum_siret.is_valid(text)
