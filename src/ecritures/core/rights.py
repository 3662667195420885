"""What callers may do: the rights of keys, and the roles of people."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What a caller may do in the dossiers it may touch."""

    READ = "read"
    IMPORT = "import"  # imports, trying models, lettering by hand
    WITHDRAW = "withdraw"  # undo, restore, replace, reverse
    ADMINISTER = "administer"  # dossiers, fiscal years, policies, models, webhooks

    @property
    def verb(self) -> str:
        """The right in French, as people call it."""
        return _VERBS[self]


_VERBS = {
    Right.READ: "lire",
    Right.IMPORT: "importer",
    Right.WITHDRAW: "retirer",
    Right.ADMINISTER: "administrer",
}
ALL_RIGHTS = frozenset(Right)


class Role(StrEnum):
    """What a person is in the firm, or for the service."""

    READER = "reader"
    COLLABORATOR = "collaborator"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"  # of the service: every firm

    @property
    def rights(self) -> frozenset[Right]:
        """What the role allows."""
        return _RIGHTS[self]

    @property
    def may_be_limited(self) -> bool:
        """Whether dossiers may be assigned to it."""
        return self in {Role.READER, Role.COLLABORATOR}


_RIGHTS = {
    Role.READER: frozenset({Right.READ}),
    Role.COLLABORATOR: ALL_RIGHTS - {Right.ADMINISTER},
    Role.ADMINISTRATOR: ALL_RIGHTS,
    Role.OPERATOR: ALL_RIGHTS,
}
