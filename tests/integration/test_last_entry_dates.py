"""The date of the last entry of a ledger, told from its batches alone."""

from __future__ import annotations

from datetime import date

from ecritures.ledger.read.last_entry_dates import last_entry_dates
from helpers.fec import entry, fec, line

OTHER = "https://files.example/other/079555421FEC20241231.txt"
LATE = {"EcritureDate": "20241130", "PieceDate": "20241130"}


def last_date(importing):
    dossier = importing.dossier
    found = last_entry_dates(importing.deps.database, dossier.domain_id, [dossier.id])
    return found.get(dossier.id)


def test_a_batch_that_is_replaced_as_a_whole_does_not_count(importing):
    assert last_date(importing) is None
    late = [line(1, "411000", "5,00", **LATE), line(1, "706000", "0,00", "5,00", **LATE)]
    importing.post(fec(late))
    assert last_date(importing) == date(2024, 11, 30)
    whole = {"replace": {"from": "2024-01-01", "to": "2024-12-31"}}
    importing.post(fec(entry(1)), url=OTHER, options=whole)
    assert last_date(importing) == date(2024, 1, 15)
