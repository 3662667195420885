"""Makes the file of an export, and beside it the file that describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from ecritures.core.amounts import count_text
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.exports.attached_files import write_archive
from ecritures.exports.choices import FEC, TRA, Charset, Numbering
from ecritures.exports.closing_digest import ClosingCheck, digest_of, noted_digest
from ecritures.exports.fec_file import FecWriter, extra_names
from ecritures.exports.findings import Findings
from ecritures.exports.model_file import write_by_model
from ecritures.exports.snapshot import take_snapshot
from ecritures.exports.table_files import write_csv, write_parquet, write_xlsx
from ecritures.exports.tra_file import write_tra
from ecritures.exports.whole_lines import whole_lines
from ecritures.ledger.openings.opening_years import year_of
from ecritures.sources.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.exports.snapshot import Snapshot
    from ecritures.exports.wanted import Wanted
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.sources.storage import Storage

TABLES = ("csv", "xlsx", "parquet")


@dataclass
class Exported:
    """A file that was made.

    Attributes:
        path: The file.
        lines: How many lines of the ledger it gives back.
        sha256: Of its bytes.
        encoding: "" where it is no text.
        separator: What stands between its fields; "": nothing.
        columns: Their names; none where it has no header.
        findings: What could not be given back as it is.
        first_day: The date of the first entry.
        last_day: That of the last.
        closing: What the final closing of the year noted, compared; None: nothing was noted.
    """

    snapshot: Snapshot
    wanted: Wanted
    path: Path
    lines: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    sha256: str = ""
    encoding: str = ""
    separator: str = ""
    columns: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    first_day: date | None = None
    last_day: date | None = None
    closing: ClosingCheck | None = None

    @property
    def entries(self) -> int:
        """How many entries."""
        return self.snapshot.entries

    @property
    def complete(self) -> bool:
        """Whether everything of the period is in the file as it is in the ledger."""
        return not self.snapshot.left_out and not self.findings.loses

    @property
    def description_path(self) -> Path:
        """Where the file that describes it goes: beside it."""
        return self.path.with_name(f"{self.path.stem}-description.txt")


def export_ledger(  # noqa: PLR0913 - a dossier, what is wanted, and where
    database: Database,
    dossier: Dossier,
    wanted: Wanted,
    folder: Path,
    *,
    model: ImportModel | None = None,
    name: str | None = None,
    replaces: bool = True,
    storage: Storage | None = None,
) -> Exported:
    """Make the file of an export.

    Args:
        database: The firm's.
        dossier: Whose ledger.
        wanted: What of it, and how.
        folder: Where the file goes; parts of it stand there meanwhile.
        model: That of `wanted.form`, when it is neither a FEC nor a table.
        name: Of the file; None: the one that the law gives a FEC, or one of the dossier's.
        replaces: Whether it takes the place of a file of that name.
        storage: Where the documents are kept; None: none are asked for.

    Raises:
        ConflictError: There is no entry to export, more lines than the format holds, or a file
            of that name that is not to be replaced.
        RefusedRequestError: The model cannot be written, not in that encoding, or documents are
            asked for with another form than a TRA.
        SourceError: A document cannot be read in the storage.
    """
    _check_encoding(wanted)
    _check_attachments(wanted)
    with TemporaryDirectory(dir=folder, prefix=".export-") as scratch:
        rows = Path(scratch, "rows")
        rows.mkdir()
        period = wanted.period
        snapshot = take_snapshot(database, dossier, period, rows, with_drafts=wanted.with_drafts)
        if not snapshot.entries:
            raise _empty(snapshot)
        made = Path(scratch, "file")
        exported = Exported(snapshot, wanted, folder / (name or "-"))
        _write(exported, made, model)
        if wanted.form == FEC:
            _check_one_year(exported)
        exported.path = folder / (name or legal_name(exported, model))
        if not replaces and exported.path.exists():
            raise _is_there(exported.path)
        if wanted.attachments and storage is not None:
            file = Path(exported.path.name).with_suffix(f".{TRA}").name
            made = _archived(made, file, snapshot, storage)
        else:
            count = snapshot.documents["stored_key"].count()
            exported.findings.count("documents-left", "", count)
        exported.sha256 = sha256_of(made)
        exported.closing = _check_closing(database, snapshot)
        made.replace(exported.path)
    return exported


def _check_one_year(exported: Exported) -> None:
    """Refuse a FEC over several fiscal years: the law wants a file for each (A47 A-1 I)."""
    dossier = exported.snapshot.dossier
    first, last = exported.first_day, exported.last_day
    if first is None or last is None or year_of(dossier, first) == year_of(dossier, last):
        return
    raise ConflictError(
        "export-over-years",
        f"Un FEC contient un seul exercice : ces écritures vont du {first:%d/%m/%Y} au"
        f" {last:%d/%m/%Y}. Demandez un exercice (--year), ou une autre forme (--as csv).",
        f"A FEC holds one fiscal year: these entries go from {first} to {last}. Ask for one year"
        " (--year), or for another form (--as csv).",
    )


def _is_there(path: Path) -> ConflictError:
    return ConflictError(
        "export-file-exists",
        f"{path} existe déjà : choisissez un autre dossier, ou nommez le fichier à remplacer"
        f" (-o {path}).",
        f"{path} exists already: choose another folder, or name the file to be replaced"
        f" (-o {path}).",
    )


def legal_name(exported: Exported, model: ImportModel | None) -> str:
    """Return the name of a file: that of article A47 A-1 IX for a FEC."""
    dossier, period = exported.snapshot.dossier, exported.wanted.period
    end = period.end or exported.last_day
    if exported.wanted.form == FEC:
        mark = "-PROVISOIRE" if exported.snapshot.provisional else ""
        return f"{dossier.siren}FEC{end:%Y%m%d}{mark}.txt"
    start = period.start or exported.first_day
    if model is None:
        ending = "zip" if exported.wanted.attachments else exported.wanted.form
        return f"{dossier.code}-{start:%Y%m%d}-{end:%Y%m%d}.{ending}"
    ending = "csv" if model.input.kind == "delimited" else "txt"
    plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in model.name)
    return f"{dossier.code}-{plain}-{start:%Y%m%d}-{end:%Y%m%d}.{ending}"


def _check_encoding(wanted: Wanted) -> None:
    if wanted.form in TABLES and wanted.encoding not in {None, Charset.UTF_8}:
        raise RefusedRequestError(
            "encoding-not-of-form",
            f"Un fichier {wanted.form} est toujours en UTF-8.",
            f"A {wanted.form} file is always in UTF-8.",
        )
    if wanted.form == FEC and wanted.encoding not in {None, *Charset}:
        known = ", ".join(Charset)
        raise RefusedRequestError(
            "encoding-not-legal",
            f"Un FEC est en {known} (A47 A-1 XII 1°) : « {wanted.encoding} » n'en est pas.",
            f"A FEC is in {known} (A47 A-1 XII 1°): “{wanted.encoding}” is none of them.",
        )


def _check_attachments(wanted: Wanted) -> None:
    if wanted.attachments and wanted.form != TRA:
        raise RefusedRequestError(
            "attachments-not-of-form",
            "Seul un fichier tra est rendu avec ses pièces jointes : demandez --as tra, ou"
            " téléchargez-les une à une.",
            "Only a tra file is given back with its attached documents: ask for --as tra, or"
            " download them one by one.",
        )


def _archived(path: Path, name: str, snapshot: Snapshot, storage: Storage) -> Path:
    target = path.with_name("archive")
    write_archive(path, name, snapshot.documents, storage, target)
    return target


def _write(exported: Exported, path: Path, model: ImportModel | None) -> None:
    blocks = _counted(exported)
    form = exported.wanted.form
    if model is not None:
        write_by_model(exported, blocks, model, path)
    elif form == TRA:
        write_tra(exported, blocks, path)
    elif form == "parquet":
        parts = path.with_name("parts")
        parts.mkdir()
        write_parquet(blocks, parts, path)
    else:
        with path.open("wb") as target:
            if form == "csv":
                exported.encoding, exported.separator = "utf-8", ";"
                write_csv(blocks, target, exported.findings)
            elif form == "xlsx":
                write_xlsx(blocks, target)
            else:
                _write_fec(exported, blocks, target)


def _write_fec(exported: Exported, blocks: Iterator[pl.DataFrame], target: BinaryIO) -> None:
    wanted, snapshot = exported.wanted, exported.snapshot
    names = extra_names(snapshot) if wanted.extra_columns else []
    writer = FecWriter(wanted, names, exported.findings)
    exported.encoding = str(wanted.encoding or Charset.UTF_8)
    exported.separator, exported.columns = wanted.separator.character, writer.columns
    target.write(writer.header())
    target.writelines(writer.lines(rows) for rows in blocks)
    if wanted.numbering is not Numbering.CONTINUOUS:
        exported.findings.count("number-shared", "EcritureNum", snapshot.sequence.shared)
    for column, count in sorted(writer.left_columns.items()):
        exported.findings.count("extra-columns-left", column, count)


def _counted(exported: Exported) -> Iterator[pl.DataFrame]:
    """Pass the whole lines on, adding them up."""
    period, outside = exported.wanted.period, 0
    for rows in whole_lines(exported.snapshot):
        exported.lines += rows.height
        exported.debit_cents += int(rows["debit_cents"].sum())
        exported.credit_cents += int(rows["credit_cents"].sum())
        days = rows["entry_date"]
        first, last = days.min(), days.max()
        exported.first_day = min(filter(None, (exported.first_day, first)))
        exported.last_day = max(filter(None, (exported.last_day, last)))
        if period.start is not None:
            outside += int((days < period.start).sum())
        if period.end is not None:
            outside += int((days > period.end).sum())
        yield rows
    exported.findings.count("dated-outside", "EcritureDate", outside)


def _check_closing(database: Database, snapshot: Snapshot) -> ClosingCheck | None:
    if (year := snapshot.period.year) is None:
        return None
    with database.read() as connection:
        noted = noted_digest(connection, snapshot.dossier, year)
    return None if noted is None else ClosingCheck(noted, digest_of(snapshot))


def _empty(snapshot: Snapshot) -> ConflictError:
    if count := snapshot.left_out:
        shown = count_text(count)
        return ConflictError(
            "export-only-drafts",
            f"Aucune écriture à exporter : les {shown} de la période n'ont pas de date de"
            " validation. Validez-les, ou demandez un fichier provisoire (drafts=include).",
            f"There is no entry to export: the {shown} of the period have no date of validation."
            " Validate them, or ask for a provisional file (drafts=include).",
        )
    return ConflictError(
        "export-empty",
        f"Le dossier {snapshot.dossier.code} n'a aucune écriture dans cette période.",
        f"Dossier {snapshot.dossier.code} has no entry in this period.",
    )
