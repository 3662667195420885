"""What prevents an act on the ledger: kinds, how many entries, and the first hundred of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ecritures.core.amounts import count_text
from ecritures.core.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

ENTRIES_NAMED_MAX = 100
NAMED_IN_SENTENCE_MAX = 3


class BlockerKind(StrEnum):
    """Why entries may not leave the ledger, or not come back to it."""

    REPLACED_SINCE = "replaced-since"
    CONFIRMED_SINCE = "confirmed-since"
    MOVED_SINCE = "moved-since"
    WOULD_DUPLICATE = "would-duplicate"
    MATCHED_LATER = "matched-later"
    REVERSED = "reversed"
    VALIDATED = "validated"
    LOCKED = "locked"
    CLOSED = "closed"
    PURGED = "purged"
    DRAFTS = "drafts"
    OPENING_DIFFERS = "opening-differs"


@dataclass(frozen=True, slots=True)
class EntryName:
    """What names an entry to people, and to programs: its batch and its rank there."""

    batch: int
    entry: int
    journal: str
    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Blocker:
    """Entries that prevent an act, for one reason.

    Attributes:
        count: How many entries; of accounts for `opening-differs`.
        entries: The first hundred.
        at: When their rows were purged.
        accounts: The first hundred accounts that differ.
    """

    kind: BlockerKind
    count: int
    entries: tuple[EntryName, ...] = ()
    at: datetime | None = None
    accounts: tuple[str, ...] = ()


class BlockedError(ConflictError):
    """An act on the ledger is refused; every reason is listed.

    Attributes:
        blockers: The reasons.
    """

    def __init__(self, code: str, fr: str, en: str, blockers: Sequence[Blocker]) -> None:
        super().__init__(code, fr, en)
        self.blockers = tuple(blockers)


class _Words(NamedTuple):
    """The end of « 3 écritures … », with {s} for a plural, and what may be done about it."""

    fr: str
    en: str
    remedy_fr: str
    remedy_en: str


_WORDS: Mapping[BlockerKind, _Words] = {
    BlockerKind.REPLACED_SINCE: _Words(
        "remplacée{s} depuis",
        "replaced since",
        "Annulez d'abord le remplacement.",
        "Undo the replacement first.",
    ),
    BlockerKind.CONFIRMED_SINCE: _Words(
        "qu'un fichier importé depuis contient aussi, sans les avoir ajoutées",
        "that a file imported since also contains, without having added them",
        "force passe outre ; ce fichier sera alors incomplet.",
        "force overrides this; that file will then be incomplete.",
    ),
    BlockerKind.MOVED_SINCE: _Words(
        "à remplacer, mais changée{s} ou retirée{s} depuis",
        "to be replaced, but changed or removed since",
        "Importez de nouveau le fichier.",
        "Import the file again.",
    ),
    BlockerKind.WOULD_DUPLICATE: _Words(
        "importée{s} de nouveau depuis",
        "imported again since",
        "Annulez d'abord le second import.",
        "Undo the second import first.",
    ),
    BlockerKind.MATCHED_LATER: _Words(
        "lettrée{s} à la main avec celles d'autres imports",
        "matched by hand with entries of other imports",
        "unmatch supprime ces lettrages.",
        "unmatch lifts these matchings.",
    ),
    BlockerKind.REVERSED: _Words(
        "contre-passée{s}",
        "reversed",
        "Une contre-passation ne s'annule pas : importez de nouveau le fichier.",
        "A reversal is not undone: import the file again.",
    ),
    BlockerKind.VALIDATED: _Words(
        "validée{s}",
        "validated",
        "Demandez leur contre-passation avec definitive=reverse.",
        "Ask for their reversal with definitive=reverse.",
    ),
    BlockerKind.LOCKED: _Words(
        "en période verrouillée",
        "in a locked period",
        "Levez d'abord le verrou, ou rouvrez l'exercice.",
        "Lift the lock or reopen the fiscal year first.",
    ),
    BlockerKind.CLOSED: _Words(
        "en période clôturée",
        "in a closed period",
        "Elles ne peuvent qu'être contre-passées, au premier jour ouvert (definitive=reverse).",
        "They can only be reversed, on the first open day (definitive=reverse).",
    ),
    BlockerKind.PURGED: _Words(
        "purgée{s}",
        "purged",
        "Importez de nouveau le fichier conservé.",
        "Import the file that was kept again.",
    ),
    BlockerKind.DRAFTS: _Words(
        "en brouillard",
        "in draft",
        "Validez-les d'abord, ou demandez validate.",
        "Validate them first, or ask for validate.",
    ),
    BlockerKind.OPENING_DIFFERS: _Words(
        "dont l'à-nouveau de l'exercice suivant diffère de cette clôture",
        "whose opening in the next year differs from this closing",
        "Corrigez les à-nouveaux, ou annulez leur import.",
        "Correct the opening entries, or undo their import.",
    ),
}


def sentences(blockers: Sequence[Blocker]) -> tuple[str, str]:
    """Say in French and in English what the blockers are and what may be done about them."""
    words = [(one, _WORDS[one.kind]) for one in blockers]
    fr = " ; ".join(
        f"{_counted_fr(one)} {_agreed(one, said.fr)}{_detail(one, 'le')}" for one, said in words
    )
    en = "; ".join(f"{_counted_en(one)} {said.en}{_detail(one, 'on')}" for one, said in words)
    remedies = dict.fromkeys((said.remedy_fr, said.remedy_en) for _, said in words)
    return (
        f"{fr}. {' '.join(remedy for remedy, _ in remedies)}",
        f"{en}. {' '.join(remedy for _, remedy in remedies)}",
    )


def counted_and_named(blocker: Blocker) -> tuple[str, str]:
    """Say in French and in English how many there are, with the first names."""
    fr = f"{_counted_fr(blocker)}{_detail(blocker, 'le')}"
    return fr, f"{_counted_en(blocker)}{_detail(blocker, 'on')}"


def _counted_fr(blocker: Blocker) -> str:
    plural = "s" if blocker.count > 1 else ""
    noun = "compte" if blocker.kind is BlockerKind.OPENING_DIFFERS else "écriture"
    return f"{count_text(blocker.count)} {noun}{plural}"


def _agreed(blocker: Blocker, words: str) -> str:
    return words.replace("{s}", "s" if blocker.count > 1 else "")


def _counted_en(blocker: Blocker) -> str:
    if blocker.kind is BlockerKind.OPENING_DIFFERS:
        return f"{blocker.count:,} account{'s' if blocker.count > 1 else ''}"
    return f"{blocker.count:,} {'entries' if blocker.count > 1 else 'entry'}"


def _detail(blocker: Blocker, before_day: str) -> str:
    """Return the first names, and the day of a purge."""
    form = "%d/%m/%Y" if before_day == "le" else "%Y-%m-%d"
    day = f" {before_day} {blocker.at:{form}}" if blocker.at else ""
    names = [f"{one.journal} {one.number}".strip() for one in blocker.entries]
    named = [*blocker.accounts, *names][:NAMED_IN_SENTENCE_MAX]
    more = "…" if blocker.count > len(named) else ""
    return day + (f" ({', '.join(named)}{more})" if named else "")
