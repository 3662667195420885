"""What an export could not give back as it is, or has to say: counted, the first places named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ecritures.core.amounts import count_text
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

PLACES_MAX = 100


class Told(NamedTuple):
    """What is said of a kind of finding; `{column}` and `{count}` stand for themselves.

    Attributes:
        loses: Whether something of the ledger is not in the file.
    """

    fr: str
    en: str
    loses: bool = True


KINDS: Final[Mapping[str, Told]] = {
    "separator-in-text": Told(
        "{column} : séparateurs ou caractères de contrôle remplacés par une espace (lignes :"
        " {count}).",
        "{column}: separators or control characters replaced by a space (lines: {count}).",
    ),
    "character-lost": Told(
        "{column} : caractères que l'encodage n'a pas, remplacés (lignes : {count}).",
        "{column}: characters that the encoding does not have, replaced (lines: {count}).",
    ),
    "not-in-format": Told(
        "{column} : le format n'a pas de place pour cette donnée (lignes : {count}).",
        "{column}: the format has no place for it (lines: {count}).",
    ),
    "read-differently": Told(
        "{column} : le format ne rend pas la valeur entière (lignes : {count}).",
        "{column}: the format does not give the whole value back (lines: {count}).",
    ),
    "lines-unreadable": Told(
        "Lignes du fichier qui ne sont pas relues : {count}.",
        "Lines of the file that are not read again: {count}.",
    ),
    "required-empty": Told(
        "{column} : la loi demande cette donnée, que le grand livre n'a pas (lignes : {count}).",
        "{column}: the law asks for it, and the ledger does not have it (lines: {count}).",
        loses=False,
    ),
    "two-sides": Told(
        "Lignes à la fois au débit et au crédit, écrites en deux lignes : {count}.",
        "Lines with both a debit and a credit, written as two lines: {count}.",
        loses=False,
    ),
    "extra-columns-left": Told(
        "{column} : colonnes hors norme des fichiers importés, non écrites (lignes : {count}).",
        "{column}: columns of imported files beyond the law, not written (lines: {count}).",
        loses=False,
    ),
    "establishment-left": Told(
        "Le FEC n'a pas de colonne pour l'établissement (lignes d'un établissement : {count}).",
        "A FEC has no column for the establishment (lines of an establishment: {count}).",
        loses=False,
    ),
    "splits-left": Told(
        "Le FEC n'a pas de colonne pour l'analytique (lignes ventilées : {count}).",
        "A FEC has no column for analytic splits (split lines: {count}).",
        loses=False,
    ),
    "documents-left": Told(
        "Pièces jointes qui ne sont pas dans le fichier : {count}.",
        "Attached documents that are not in the file: {count}.",
        loses=False,
    ),
    "line-added": Told(
        "Lignes ajoutées à l'import pour équilibrer une écriture : {count}.",
        "Lines added by an import to balance an entry: {count}.",
        loses=False,
    ),
    "dated-outside": Told(
        "Lignes dont la date est hors de la période, dans une écriture de la période : {count}.",
        "Lines dated outside the period, of an entry of the period: {count}.",
        loses=False,
    ),
    "number-shared": Told(
        "Numéros portés par plusieurs écritures : {count}.",
        "Numbers that several entries have: {count}.",
        loses=False,
    ),
}


class FoundPlace(NamedTuple):
    """A line of the file (the header, if any, is line 1), its entry, and the value in question."""

    line: int
    entry: str
    value: str


@dataclass
class Finding:
    """One kind of finding in one column.

    Attributes:
        count: How many lines, or what its sentence says.
        places: The first hundred.
    """

    code: str
    column: str
    count: int = 0
    places: list[FoundPlace] = field(default_factory=list)

    @property
    def loses(self) -> bool:
        """Whether something of the ledger is not in the file."""
        return KINDS[self.code].loses

    @property
    def sentence(self) -> Sentence:
        """What is said of it."""
        kind, count = KINDS[self.code], count_text(self.count)
        fr, en = (text.format(column=self.column, count=count) for text in (kind.fr, kind.en))
        return Sentence(self.code, fr, en)


class InFile(NamedTuple):
    """Whole lines, and where they are in the file.

    Attributes:
        first_line: The line of the file that the first of them is.
        numbers: The line of the file that each of them is; None: they follow one another.
    """

    rows: pl.DataFrame
    first_line: int
    numbers: pl.Series | None = None

    def line(self, place: int) -> int:
        """Return the line of the file that one of the lines is."""
        return self.first_line + place if self.numbers is None else int(self.numbers[place])


class Findings:
    """Everything that was found, in the order it was first found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the findings."""
        return iter(self._found.values())

    @property
    def loses(self) -> bool:
        """Whether something of the ledger is not in the file."""
        return any(one.loses for one in self)

    def count(self, code: str, column: str, more: int) -> None:
        """Count in what has no places."""
        if more:
            self._found.setdefault((code, column), Finding(code, column)).count += more

    def add(
        self,
        code: str,
        column: str,
        lines: InFile,
        which: pl.Series,
        values: pl.Series | None = None,
    ) -> None:
        """Add some lines of a block.

        Args:
            code: One of `KINDS`.
            column: Its name in the file.
            lines: The lines of the block.
            which: Those of the finding.
            values: What is in question; None: nothing to show.
        """
        places = which.arg_true()
        if places.is_empty():
            return
        found = self._found.setdefault((code, column), Finding(code, column))
        found.count += places.len()
        for place in places.head(PLACES_MAX - len(found.places)):
            row = lines.rows.row(place, named=True)
            named = f"{row['journal_code']} {row['entry_number']}".strip()
            value = "" if values is None or values[place] is None else str(values[place])
            found.places.append(FoundPlace(lines.line(place), named, value))
