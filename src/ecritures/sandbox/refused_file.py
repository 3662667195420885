"""The file that takes the place of one whose import shall fail."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ecritures.sources.download import Fetched

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)
_LINES = (
    "VE|Ventes|1|20240115|411000|Clients|C1|Martin|F1|20240115|F1|120,00|0,00|||20240131||",
    "VE|Ventes|1|20240115|707000|Ventes|||F1|20240115|F1|0,00|100,00|||20240131||",
    "VE|Ventes|2|20240231|411000|Clients|C1|Martin|F2|20240131|F2|60,00|0,00|||20240131||",
    "VE|Ventes|2|20240131|707000|Ventes|||F2|20240131|F2|0,00|6O,00|||20240131||",
)
_FEC = "\r\n".join((_HEADER, *_LINES, "")).encode()
"""An entry that does not balance, a day that does not exist, an amount with a letter."""

_JSON_LINES = [
    {"date": "2024-01-15", "journal": "VE", "compte": "411000", "libelle": "F1",
     "reference": "1", "debit": {"amount": 120}, "credit": {"amount": 0}},
    {"date": "2024-02-31", "journal": "VE", "compte": "707000", "libelle": "F1",
     "reference": "1", "debit": {"amount": 0}, "credit": {"amount": "1O0"}},
]  # fmt: skip
"""A day that does not exist, an amount with a letter."""


def _tra_line(day: str, account: str, side: str, amount: str) -> str:
    texts = f"VE {day}FC{account:18}{'':17}{'F1':35}{'F1':35}{'':11}"
    return f"{texts}{side}{amount:>20}N{'1':>8}{'':13}E--{'':47}"


_TRA = "\r\n".join(
    (
        "***S5CLIJRLSTD                       011",
        _tra_line("15012024", "411000", "D", "120,00"),
        _tra_line("31022024", "707000", "C", "1O0,00"),
        "",
    )
).encode()
"""The same."""

_OF_A_MODEL = "Ce fichier du bac à sable n'est lisible par aucun modèle.\r\n".encode()
_CONTENTS = {"fec": _FEC, "tra": _TRA}


def write_refused(kind: str, dossier: str, target: Path) -> Fetched:
    """Write a file that no import of this kind can post, and that has anomalies."""
    content = _CONTENTS.get(kind, _OF_A_MODEL)
    if kind == "json":  # it names the dossier that it is for
        body = {"codeIbs": dossier, "data": {"ecritures": _JSON_LINES}}
        content = json.dumps(body).encode()
    target.write_bytes(content)
    return Fetched(len(content), hashlib.sha256(content).hexdigest())
