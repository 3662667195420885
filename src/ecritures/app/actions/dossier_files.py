"""Create the dossiers of a file: one a line, `code;name;siren;siret;start;end`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.idempotency import answer_once
from ecritures.core.amounts import counted
from ecritures.core.errors import EcrituresError, RefusedRequestError
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import (
    Dossier,
    FiscalYear,
    checked_dossier,
    find_dossiers,
    insert_dossier,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.keys import Caller

COLUMNS = ("code", "name", "siren", "siret", "start", "end")
NEEDED = 3
LINES_MAX = 5000
CHARACTERS_MAX = 500_000
NAME_CHARACTERS_MAX = 200
_SEPARATORS = ";\t,"
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A line of the file: the dossier it makes, or why it makes none.

    Attributes:
        number: That of the line in the file, the first being 1.
        cells: As they are written.
        dossier: Checked, and not there yet; None: the line is wrong.
        problem: Why.
    """

    number: int
    cells: tuple[str, ...]
    dossier: Dossier | None
    problem: Sentence | None = None


def text_of(data: bytes) -> str:
    """Return the text of a file in UTF-8, or else in Windows-1252, which spreadsheets write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_dossier_lines(database: Database, caller: Caller, text: str) -> list[DossierLine]:
    """Return the lines of a file, each checked; a first line of headings is left out.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
        RefusedRequestError: It has no line, too many of them, or is no CSV.
    """
    require_administrator(caller)
    rows = list(_rows(text))
    codes = [cells[0] for _, cells in rows]
    domain = get_domain(database, caller.domain)
    with database.read() as connection:
        known = find_dossiers(connection, caller.domain_id, codes)
    seen: dict[str, int] = {}
    return [_line(domain, number, cells, known, seen) for number, cells in rows]


def create_dossiers(
    database: Database,
    caller: Caller,
    lines: Sequence[DossierLine],
    idempotent: IdempotentRequest | None = None,
) -> Answer[dict[str, int]]:
    """Create the dossiers of those lines that are right: all of them, or none.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
        RefusedRequestError: No line is right.
        ConflictError: A code has been taken meanwhile.
    """
    require_administrator(caller)

    def prepare() -> tuple[Domain, list[Dossier]]:
        right = [one.dossier for one in lines if one.dossier is not None]
        if not right:
            raise RefusedRequestError(
                "dossier-file-nothing",
                "Aucune ligne n'est à créer.",
                "No line is to be created.",
            )
        return get_domain(database, caller.domain), right

    def insert(connection: sa.Connection, prepared: tuple[Domain, list[Dossier]]) -> dict[str, int]:
        domain, right = prepared
        now = database.clock.now()
        for one in right:
            insert_dossier(connection, domain, one, now)
        return {"created": len(right)}

    return answer_once(database, idempotent, prepare, insert)


def _rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the lines that are not blank, with their numbers."""
    if len(text) > CHARACTERS_MAX:
        raise RefusedRequestError(
            "dossier-file-large",
            f"Le fichier dépasse {CHARACTERS_MAX} caractères : partagez-le.",
            f"The file has more than {CHARACTERS_MAX} characters: split it.",
        )
    first = text.strip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    count = 0
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if not any(cells) or (not count and cells[0].lower() == COLUMNS[0]):
                continue
            count += 1
            if count > LINES_MAX:
                raise RefusedRequestError(
                    "dossier-file-large",
                    f"Le fichier dépasse {LINES_MAX} lignes : partagez-le.",
                    f"The file has more than {LINES_MAX} lines: split it.",
                )
            yield reader.line_num, cells
    except csv.Error as error:
        raise RefusedRequestError(
            "dossier-file-invalid",
            f"La ligne {reader.line_num} ne se lit pas comme du CSV.",
            f"Line {reader.line_num} cannot be read as CSV.",
        ) from error
    if not count:
        raise RefusedRequestError(
            "dossier-file-empty",
            f"Le fichier n'a pas de ligne : une par dossier, {';'.join(COLUMNS)}.",
            f"The file has no line: one a dossier, {';'.join(COLUMNS)}.",
        )


def _line(
    domain: Domain,
    number: int,
    cells: tuple[str, ...],
    known: Mapping[str, Dossier],
    seen: dict[str, int],
) -> DossierLine:
    try:
        made = _dossier(domain, cells)
        if made.code in known:
            raise RefusedRequestError(
                "dossier-exists",
                f"Le dossier {made.code} existe déjà.",
                f"Dossier {made.code} exists already.",
            )
        if made.code in seen:
            raise RefusedRequestError(
                "dossier-line-twice",
                f"Le code {made.code} est déjà à la ligne {seen[made.code]}.",
                f"Code {made.code} is on line {seen[made.code]} already.",
            )
    except EcrituresError as error:
        return DossierLine(number, cells, None, error.sentence)
    seen[made.code] = number
    return DossierLine(number, cells, made)


def _dossier(domain: Domain, cells: tuple[str, ...]) -> Dossier:
    if not NEEDED <= len(cells) <= len(COLUMNS):
        raise RefusedRequestError(
            "dossier-line-columns",
            f"{counted(len(cells), 'colonne', 'colonnes')} : il en faut de {NEEDED} à"
            f" {len(COLUMNS)}, {';'.join(COLUMNS)}.",
            f"{counted(len(cells), 'column', 'columns', 'en')}: {NEEDED} to {len(COLUMNS)} are"
            f" needed, {';'.join(COLUMNS)}.",
        )
    code, name, siren, siret, start, end = (*cells, "", "", "")[: len(COLUMNS)]
    if len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise RefusedRequestError(
            "name-invalid",
            f"Le nom tient sur une ligne, en {NAME_CHARACTERS_MAX} caractères au plus.",
            f"The name is one line of at most {NAME_CHARACTERS_MAX} characters.",
        )
    years = []
    if start or end:
        years = [FiscalYear(_day(start), _day(end))]
    sirets = [_digits(siret)] if siret else []
    return checked_dossier(domain, code, name, _digits(siren), sirets, years)


def _digits(text: str) -> str:
    return "".join(text.split())


def _day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise RefusedRequestError(
        "day-invalid",
        f"« {text} » n'est pas un jour : écrivez 2025-12-31 ou 31/12/2025, au début et à la fin.",
        f"“{text}” is no day: write 2025-12-31 or 31/12/2025, for the start and the end.",
    )
