"""Two accounts a row: a file whose rows have an account to debit, one to credit and one amount."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_ACCOUNT_WORD = re.compile(r"compte|cpte|cpt|account|acct|general")
_BARE = {"debit": ("debit", "debiter", "adebiter"), "credit": ("credit", "crediter", "acrediter")}
_ACCOUNT = re.compile(r"[1-9][0-9]{1,2}[0-9A-Z]{0,14}|[0-9A-Z]*[A-Z][0-9A-Z]*")
SIDES = ("debitAccount", "creditAccount")
"""The columns of both accounts, as the model names them."""
FILLED_SHARE_MIN = 0.9
NAMED, LIKELY = 0.95, 0.7

Pair = tuple[int, int]


def account_pair(header: list[str], body: list[list[str]]) -> Pair | None:
    """Return the columns of the accounts to debit and to credit; None if there are none.

    A column called “debit” alone may hold accounts, or amounts: then its content decides, and every
    row has both.
    """
    names = [_plain(name) for name in header]
    found = []
    for side, bare in _BARE.items():
        named = [at for at, name in enumerate(names) if side in name and _ACCOUNT_WORD.search(name)]
        alone = [at for at, name in enumerate(names) if name in bare]
        fits = [at for at in named or alone if _holds_accounts(body, at)]
        if not fits:
            return None
        found.append(fits[0])
    return found[0], found[1]


def split_rows(document: dict[str, Any], confidence: dict[str, float]) -> None:
    """Make the model give two lines of each row.

    Args:
        document: The model, with the columns `debitAccount`, `creditAccount` and `amount`, and a
            field of each; changed.
        confidence: Each decision → how sure it is; changed.
    """
    columns = document["input"]["records"][0]["columns"]
    fields = document["fields"]
    amount = fields.pop("amount")
    document["lines"] = [
        {"accountNumber": fields.pop(f"{side}Account"), side: {**amount}} for side in _BARE
    ]
    document["amounts"]["negative"] = "otherSide"
    for at, side in enumerate(SIDES):
        confidence.pop(f"fields.{side}", None)
        named = _ACCOUNT_WORD.search(_plain(str(columns[side])))
        confidence[f"lines.{at}.accountNumber"] = NAMED if named else LIKELY


def _holds_accounts(body: list[list[str]], at: int) -> bool:
    cells = [row[at].strip().upper() for row in body if at < len(row)]
    fits = sum(bool(_ACCOUNT.fullmatch(cell)) for cell in cells)
    return bool(cells) and fits >= FILLED_SHARE_MIN * len(body)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if char.isalnum() and char.isascii())
