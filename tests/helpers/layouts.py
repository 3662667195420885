"""The smallest model, and changes of it."""

from __future__ import annotations

import copy

PLAIN = {
    "name": "essai",
    "input": {"records": [{"columns": {
        "date": "date", "journal": "journal", "account": "compte", "amount": "montant",
    }}]},
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "fields": {
        "entryDate": {"from": "date"}, "journalCode": {"from": "journal"},
        "accountNumber": {"from": "account"}, "amount": {"from": "amount"},
    },
}  # fmt: skip


def changed(**changes):
    document = copy.deepcopy(PLAIN)
    for path, value in changes.items():
        place = document
        *above, last = path.split("__")
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return document
