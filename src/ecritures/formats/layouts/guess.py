"""A first draft of a model, from a file: proposed with a confidence, and never used as it is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.detect import is_readable_text, is_xml
from ecritures.formats.layouts.document import ImportModel
from ecritures.formats.layouts.guess_pairs import account_pair, pair_columns, split_rows
from ecritures.formats.layouts.sheet import read_sheet
from ecritures.formats.layouts.workbook import check_workbook
from ecritures.formats.text.reader import CONTROL_BYTES

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 1 << 18
ROWS_MAX = 200
_DELIMITERS = ";\t|,"
_WORDS = {
    "entryDate": ("date", "dateecriture", "ecrituredate", "datecomptable", "datemouvement"),
    "journalCode": ("journal", "codejournal", "journalcode", "jal", "jnl", "jou"),
    "accountNumber": ("compte", "account", "comptenum", "numerocompte", "general", "comptegeneral"),
    "accountLabel": ("comptelib", "libellecompte", "intitulecompte", "accountlabel"),
    "thirdPartyNumber": ("auxiliaire", "tiers", "compauxnum", "compteauxiliaire", "thirdparty"),
    "pieceRef": ("piece", "reference", "pieceref", "numeropiece", "ref", "facture", "npiece"),
    "entryNumber": ("numero", "ecriturenum", "numeroecriture", "number", "mouvement", "n"),
    "label": ("libelle", "label", "ecriturelib", "libelleecriture", "designation"),
    "debit": ("debit", "montantdebit", "mtdebit"),
    "credit": ("credit", "montantcredit", "mtcredit"),
    "amount": ("montant", "amount", "somme"),
    "direction": ("sens", "dc", "direction", "debitcredit"),
    "lettering": ("lettrage", "ecriturelet", "codelettrage", "lettre"),
    "siret": ("siret", "etablissement"),
}
_DATES = {
    "JJ/MM/AAAA": r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}",
    "AAAA-MM-JJ": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "JJ-MM-AAAA": r"(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-\d{4}",
    "JJ.MM.AAAA": r"(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.\d{4}",
    "JJ/MM/AA": r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{2}",
    "AAAAMMJJ": r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])",
    "JJMMAAAA": r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d",
    "JJMMAA": r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d",
}
_AMOUNT = re.compile(r"[+-]?\d{1,12}([.,]\d{1,2})?")
_ACCOUNT = re.compile(r"[1-7]\d{2}[0-9A-Z]{0,9}")
_JOURNAL = re.compile(r"[A-Z][A-Z0-9]{1,3}")
SEEN_SHARE_MIN = 0.1
NAMED, LIKELY, POSSIBLE = 0.95, 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Guess:
    """A draft.

    Attributes:
        document: The model proposed.
        confidence: Each decision → how sure it is, from 0 to 1.
    """

    document: dict[str, Any]
    confidence: dict[str, float]


def guess_model(path: Path) -> Guess:
    """Propose a model for a delimited file or a sheet.

    Raises:
        RefusedRequestError: Nothing can be proposed: no delimiter repeats from line to line.
        OSError: It cannot be read.
    """
    confidence: dict[str, float] = {}
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    source: dict[str, Any] = {"kind": "sheet"} if head.startswith(b"PK") else {"kind": "delimited"}
    if source["kind"] == "sheet":
        rows = _sheet_rows(path)
    else:
        _require_text(path, head)
        source["encoding"], confidence["input.encoding"] = _encoding(head)
        lines = head.decode(source["encoding"], errors="replace").splitlines()
        lines = [line for line in lines if line.strip()][:ROWS_MAX]
        delimiter, confidence["input.dialect.delimiter"] = _delimiter(lines)
        rows = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in lines]
        source["dialect"] = {"delimiter": delimiter}
    header = not any(_AMOUNT.fullmatch(cell) for cell in rows[0])
    confidence["input.dialect.header"] = NAMED if header else LIKELY
    source.setdefault("dialect", {})["header"] = header
    body = rows[1:] if header else rows
    pair = account_pair(rows[0], body) if header else None
    columns = _columns(rows[0] if header else None, body, confidence, pair)
    source["records"] = [{"columns": {field: place for field, (place, _) in columns.items()}}]
    document = {
        "name": re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem) or "model",
        "description": "Proposé d'après un fichier : à relire avant de l'enregistrer.",
        "input": source,
        "dates": {"formats": _date_formats(columns, body, confidence)},
        "amounts": {"decimal": _decimal(columns, body, confidence)},
        "fields": {field: {"from": field} for field in columns},
    }
    if pair:
        split_rows(document, confidence)
    ImportModel.model_validate(document)
    return Guess(document, confidence)


def _sheet_rows(path: Path) -> list[list[str]]:
    anomalies = Anomalies()
    model = ImportModel.model_validate(
        {
            "name": "guess",
            "input": {"kind": "sheet"},
            "fields": {
                name: {"from": {"constant": ""}}
                for name in ("entryDate", "accountNumber", "debit", "credit")
            },
        }
    )
    if check_workbook(path, anomalies):
        for rows in read_sheet(path, model, anomalies):
            taken = [list(row) for row in rows.drop("line").head(ROWS_MAX).iter_rows()]
            if filled := [row for row in taken if any(row)]:
                return filled
    return _nothing("sa feuille est vide ou illisible", "its sheet is empty or unreadable")


def _require_text(path: Path, head: bytes) -> None:
    """Refuse what has no lines of fields."""
    if not head.strip():
        _nothing("il est vide", "it is empty")
    binary = any(byte in head for byte in CONTROL_BYTES)
    if binary or not is_readable_text(path, Anomalies()) or is_xml(head):
        _nothing(
            "ce n'est ni un texte délimité ni une feuille (XLSX, ODS)",
            "it is neither delimited text nor a sheet (XLSX, ODS)",
        )


def _encoding(head: bytes) -> tuple[str, float]:
    try:
        head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return "windows-1252", LIKELY
    return "utf-8", NAMED


def _delimiter(lines: list[str]) -> tuple[str, float]:
    """Choose the delimiter that occurs equally often on each line."""
    best = ("", 0.0)
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines)
        count, times = counts.most_common(1)[0] if counts else (0, 0)
        share = times / len(lines) if count >= 3 else 0.0  # noqa: PLR2004 - date, account, two amounts
        if share > best[1]:
            best = (delimiter, share)
    if not best[0]:
        _nothing(
            "aucun séparateur (; tabulation , |) n'y revient autant de fois à chaque ligne ; "
            "les zones d'un fichier à longueur fixe se décrivent à la main",
            "no separator (; tab , |) occurs equally often on every line; "
            "the fields of a fixed-width file must be described by hand",
        )
    return best


def _columns(
    header: list[str] | None,
    body: list[list[str]],
    confidence: dict[str, float],
    pair: tuple[int, int] | None = None,
) -> dict[str, tuple[Any, int]]:
    """Find which column is which: by its name, or by its content; a pair holds both accounts."""
    width = max(map(len, body), default=0)
    found: dict[str, tuple[Any, int]] = {**pair_columns(header, pair)}
    for field, words in _WORDS.items():
        for at, name in enumerate(header or ()):
            if field not in found and at not in _taken(found) and _plain(name) in words:
                found[field] = (name, at)
                confidence[f"fields.{field}"] = NAMED
    skipped = {"direction"} if pair or "debit" in found else set()
    skipped |= {"accountNumber"} if pair else set()
    for field, likeness in (
        ("entryDate", _is_date),
        ("direction", lambda cell: cell in {"D", "C"}),
        ("accountNumber", _ACCOUNT.fullmatch),
        ("journalCode", _JOURNAL.fullmatch),
    ):
        if field not in found and field not in skipped:
            _by_content(field, likeness, header, body, width, found, confidence)
    amounts = [
        at for at in range(width)
        if at not in _taken(found) and _share(body, at, _AMOUNT.fullmatch, empty=True) > LIKELY
        and any("," in row[at] or "." in row[at] for row in body if at < len(row))
    ]  # fmt: skip
    one = pair or "direction" in found or "amount" in found
    wanted = ["amount"] if one else ["debit", "credit"]
    for field, at in zip([one for one in wanted if one not in found], amounts, strict=False):
        found[field] = (header[at] if header else at + 1, at)
        confidence[f"fields.{field}"] = POSSIBLE
    if "amount" in found:
        found.pop("debit", None), found.pop("credit", None)
    else:
        found.pop("direction", None)
    needed = {"entryDate"} | ({"debitAccount"} if pair else {"accountNumber"})
    needed |= {"amount"} if pair or "amount" in found else {"debit", "credit"}
    if missing := needed - found.keys():
        told = ", ".join(sorted(missing))
        _nothing(f"rien n'y ressemble à {told}", f"nothing in it looks like {told}")
    return found


def _by_content(  # noqa: PLR0913, PLR0917 - what a search among columns takes
    field: str,
    likeness: Any,  # noqa: ANN401 - tells a cell
    header: list[str] | None,
    body: list[list[str]],
    width: int,
    found: dict[str, tuple[Any, int]],
    confidence: dict[str, float],
) -> None:
    free = [at for at in range(width) if at not in _taken(found)]
    shares = {at: _share(body, at, likeness) for at in free}
    best = max(shares, key=lambda at: shares[at], default=None)
    if best is not None and shares[best] > LIKELY:
        found[field] = (header[best] if header else best + 1, best)
        confidence[f"fields.{field}"] = round(LIKELY * shares[best], 2)


def _taken(found: dict[str, tuple[Any, int]]) -> set[int]:
    return {at for _, at in found.values()}


def _share(body: list[list[str]], at: int, likeness: Any, *, empty: bool = False) -> float:  # noqa: ANN401
    cells = [row[at] for row in body if at < len(row)]
    fits = [bool(likeness(cell)) or (empty and not cell) for cell in cells]
    return sum(fits) / len(fits) if fits else 0.0


def _is_date(cell: str) -> bool:
    return any(re.fullmatch(pattern, cell) for pattern in _DATES.values())


def _date_formats(
    columns: dict[str, tuple[Any, int]], body: list[list[str]], confidence: dict[str, float]
) -> list[str]:
    at = columns["entryDate"][1]
    shares = {
        form: _share(body, at, lambda cell, p=pattern: re.fullmatch(p, cell))
        for form, pattern in _DATES.items()
    }
    ranked = sorted(_DATES, key=lambda form: -shares[form])
    formats = [form for form in ranked if shares[form] > SEEN_SHARE_MIN] or ranked[:1]
    confidence["dates.formats"] = round(shares[ranked[0]], 2)
    return formats


def _decimal(
    columns: dict[str, tuple[Any, int]], body: list[list[str]], confidence: dict[str, float]
) -> str:
    places = [columns[name][1] for name in ("debit", "credit", "amount") if name in columns]
    cells = "".join(row[at] for row in body for at in places if at < len(row))
    commas, points = cells.count(","), cells.count(".")
    confidence["amounts.decimal"] = NAMED if bool(commas) != bool(points) else POSSIBLE
    if commas and points:
        return "any"
    return "." if points else ","


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if char.isalnum() and char.isascii())


def _nothing(fr: str, en: str) -> NoReturn:
    raise RefusedRequestError(
        "model-not-guessed",
        f"Aucun modèle ne se devine de ce fichier : {fr}. Partez d'un modèle livré, "
        "« ecritures model list ».",
        f"No model can be guessed from this file: {en}. Start from a built-in one, "
        "“ecritures model list”.",
    )
