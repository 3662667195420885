"""What roles and rights are called, in French and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.rights import Right, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLE_NAMES: Mapping[str, tuple[str, str]] = {
    Role.READER: ("Lecteur", "Reader"),
    Role.COLLABORATOR: ("Collaborateur", "Collaborator"),
    Role.ADMINISTRATOR: ("Administrateur", "Administrator"),
    Role.OPERATOR: ("Exploitant", "Operator"),
}
RIGHT_NAMES: Mapping[str, tuple[str, str]] = {
    Right.READ: ("lire", "read"),
    Right.IMPORT: ("importer", "import"),
    Right.WITHDRAW: ("retirer", "withdraw"),
    Right.ADMINISTER: ("administrer", "administer"),
}
