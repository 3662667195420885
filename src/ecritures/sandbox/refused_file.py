"""The file that takes the place of one whose import shall fail."""

from __future__ import annotations

import hashlib
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

_OF_OTHER_KINDS = "Ce fichier du bac à sable n'est lisible par aucun format.\r\n".encode()


def write_refused(kind: str, target: Path) -> Fetched:
    """Write a file that no import of this kind can post, and that has anomalies."""
    content = _FEC if kind == "fec" else _OF_OTHER_KINDS
    target.write_bytes(content)
    return Fetched(len(content), hashlib.sha256(content).hexdigest())
