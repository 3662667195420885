"""The choices of an export: layouts, character sets, separators, numbering, drafts."""

from __future__ import annotations

from enum import StrEnum

FEC = "fec"
TRA = "tra"


class Layout(StrEnum):
    """The columns of a FEC."""

    BIC = "18"
    BA_CASH = "21"
    BNC_CASH = "22"
    SIGNED = "montant-sens"  # Montant and Sens, of eighteen columns


class Charset(StrEnum):
    """The character sets that the law allows (A47 A-1 XII 1°)."""

    UTF_8 = "utf-8"
    LATIN_9 = "iso-8859-15"
    ASCII = "ascii"


class Separator(StrEnum):
    """What stands between the fields of a FEC (A47 A-1 VI 1° c)."""

    TAB = "tab"
    PIPE = "pipe"

    @property
    def character(self) -> str:
        """The character itself."""
        return "\t" if self is Separator.TAB else "|"


class Numbering(StrEnum):
    """The numbers of the entries."""

    KEPT = "kept"
    CONTINUOUS = "continuous"  # 1, 2, 3… in the order of the file


class Drafts(StrEnum):
    """What happens to entries that no date of validation is known of."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
