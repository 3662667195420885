"""MOD-ENT: a header that is looked for by its names."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, rows
from rule_tables.mod import HEADER, model, text

SEARCHED = model(input__header={"find": ["compte"]})

RULES = [
    *rows(
        *("MOD-ENT-01", ERROR, ALWAYS),
        (
            *(None, None, text(header="Titre\ndate;journal;account;montant\n", how=SEARCHED)),
            text(header=f"Titre\n{HEADER}", how=SEARCHED),
            {"value": "compte"},
        ),
    ),
]
