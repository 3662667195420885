"""The file that describes an export (article A47 A-1 XI): how to read it, what is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecritures.core.amounts import cents_text, count_text
from ecritures.core.sentences import pick
from ecritures.exports.choices import FEC, Layout, Numbering
from ecritures.exports.number_gaps import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ecritures.core.sentences import Language
    from ecritures.exports.exporter import Exported

CAUSES: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.UNDONE: ("import annulé", "import undone"),
    Cause.REPLACED: ("remplacées", "replaced"),
    Cause.DRAFT: ("sans date de validation", "without a date of validation"),
    Cause.OTHER_PERIOD: ("d'une autre période", "of another period"),
    Cause.ABSENT: ("absentes des fichiers importés", "in no imported file"),
}
_MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "EcritureDate": ("date de comptabilisation", "day of posting"),
    "PieceRef": ("référence de la pièce justificative", "reference of the document"),
    "PieceDate": ("date de la pièce", "day of the document"),
    "EcritureLet": ("lettrage en vigueur, manuel compris", "lettering in force, by hand included"),
    "DateLet": ("date du lettrage", "day of the lettering"),
    "ValidDate": (
        "date de validation donnée par le fichier d'origine, sinon date de l'acte de validation",
        "day of validation in the file of origin, else that of the act of validation",
    ),
    "Montant": ("montant, du côté donné par Sens", "amount, on the side that Sens says"),
    "Sens": ("D : débit, C : crédit", "D: debit, C: credit"),
    "Montantdevise": ("montant en devise, signé", "amount in currency, signed"),
    "NumOrigine": (
        "numéro de l'écriture dans le logiciel d'origine ; EcritureNum suit l'ordre du fichier",
        "number of the entry in the program of origin; EcritureNum follows the order of the file",
    ),
}


def write_description(exported: Exported, path: Path, language: Language) -> None:
    """Write the description of an export, in UTF-8."""
    path.write_text("".join(f"{line}\n" for line in _lines(exported, language)), "utf-8")


def _lines(exported: Exported, language: Language) -> Iterator[str]:
    def say(fr: str, en: str) -> str:
        return pick(language, fr, en)

    yield from _about(exported, language)
    yield ""
    if exported.columns:
        yield say("Colonnes", "Columns")
        for place, name in enumerate(exported.columns, 1):
            meaning = pick(language, *_MEANINGS.get(name, ("", "")))
            yield f"  {place:2} {name}{meaning and ' : ' + meaning}"
        yield ""
    if exported.wanted.form == FEC:
        yield from _numbering(exported, language)
    yield from _left_out(exported, language)
    for one in exported.findings:
        yield one.sentence.text(language)
        for found in one.places:
            line = say("ligne", "line")
            yield f"  {line} {found.line}  {found.entry}  {found.value}".rstrip()
        if one.places:
            yield from _more(one.count - len(one.places), language)


def _about(exported: Exported, language: Language) -> Iterator[str]:
    snapshot, wanted = exported.snapshot, exported.wanted

    def say(fr: str, en: str, value: object) -> str:
        return f"{pick(language, fr, en)} : {value}"

    yield pick(
        language,
        f"Description du fichier {exported.path.name}",
        f"Description of the file {exported.path.name}",
    )
    if snapshot.provisional:
        yield pick(
            language,
            "FICHIER PROVISOIRE : il contient des écritures sans date de validation.",
            "PROVISIONAL FILE: it holds entries without any date of validation.",
        )
    yield ""
    dossier, head = snapshot.dossier, snapshot.head
    yield say("Société", "Company", f"{dossier.name} (SIREN {dossier.siren})")
    yield say("Période", "Period", _period(exported, language))
    yield say("Format", "Format", _form(exported, language))
    if exported.encoding:
        yield say("Encodage", "Encoding", exported.encoding)
    if exported.separator:
        names = {"\t": pick(language, "tabulation", "tab")}
        yield say("Séparateur", "Separator", names.get(exported.separator, exported.separator))
    if wanted.form == FEC:
        yield say("Fin de ligne", "Line end", "CR LF")
        yield say("Dates", "Dates", "AAAAMMJJ")
        yield say("Décimales", "Decimals", pick(language, "virgule", "comma"))
        yield say(
            "Ordre",
            "Order",
            pick(
                language,
                "à-nouveaux, puis date de validation, puis numéro",
                "openings, then day of validation, then number",
            ),
        )
    yield say("Écritures", "Entries", count_text(exported.entries))
    yield say("Lignes", "Lines", count_text(exported.lines))
    yield say("Total débit", "Total debit", cents_text(exported.debit_cents))
    yield say("Total crédit", "Total credit", cents_text(exported.credit_cents))
    yield say("SHA-256", "SHA-256", exported.sha256)
    yield say("Révision du grand livre", "Revision of the ledger", head.revision)
    yield say("Empreinte de la chaîne", "Head of the chain", head.digest or "–")
    if exported.closing is not None:
        yield exported.closing.sentence.text(language)


def _period(exported: Exported, language: Language) -> str:
    period = exported.wanted.period
    start, end = period.start or exported.first_day, period.end or exported.last_day
    days = f"{start:%d/%m/%Y} – {end:%d/%m/%Y}" if language == "fr" else f"{start} – {end}"
    if period.year is None:
        return days + pick(language, " (pas un exercice entier)", " (not a whole fiscal year)")
    return days


def _form(exported: Exported, language: Language) -> str:
    wanted = exported.wanted
    if wanted.form != FEC:
        return wanted.form
    columns = "18" if wanted.layout is Layout.SIGNED else str(wanted.layout)
    amounts = "Montant / Sens" if wanted.layout is Layout.SIGNED else "Debit / Credit"
    word = pick(language, "colonnes légales", "legal columns")
    return f"FEC, {columns} {word}, {amounts}"


def _numbering(exported: Exported, language: Language) -> Iterator[str]:
    sequence = exported.snapshot.sequence
    if exported.wanted.numbering is Numbering.CONTINUOUS:
        yield pick(
            language,
            "Numérotation : continue, dans l'ordre du fichier ; numéro d'origine en dernière"
            " colonne (NumOrigine).",
            "Numbering: continuous, in the order of the file; original number in the last column"
            " (NumOrigine).",
        )
        return
    count = count_text(sequence.gap_count)
    yield pick(
        language,
        f"Numérotation : numéros d'origine. Ruptures : {count}.",
        f"Numbering: original numbers. Gaps: {count}.",
    )
    for gap in sequence.gaps:
        causes = ", ".join(
            f"{pick(language, *CAUSES[cause])} ({count})" for cause, count in gap.causes.items()
        )
        yield f"  {gap.journal} {gap.shown} : {causes}".replace("   ", "  ")
    yield from _more(sequence.gap_count - len(sequence.gaps), language)


def _left_out(exported: Exported, language: Language) -> Iterator[str]:
    drafts = exported.snapshot.drafts
    if not drafts.count:
        return
    count = count_text(drafts.count)
    if exported.snapshot.with_drafts:
        yield pick(
            language,
            f"Écritures sans date de validation, présentes dans ce fichier : {count}.",
            f"Entries without any date of validation, in this file: {count}.",
        )
    else:
        yield pick(
            language,
            f"Écritures sans date de validation, absentes de ce fichier : {count}.",
            f"Entries without any date of validation, not in this file: {count}.",
        )
    for journal, number, day in drafts.names:
        yield f"  {journal} {number} {day}"
    yield from _more(drafts.count - len(drafts.names), language)


def _more(count: int, language: Language) -> Iterator[str]:
    if count > 0:
        shown = count_text(count)
        yield pick(language, f"  … et {shown} de plus", f"  … and {shown} more")
