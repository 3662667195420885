"""The header of a flat FEC: separator, columns, layout (article A47 A-1, VI to VIII)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.anomalies import Anomalies

LEGAL_COLUMNS = (
    ("JournalCode", "journal_code"),
    ("JournalLib", "journal_label"),
    ("EcritureNum", "entry_number"),
    ("EcritureDate", "entry_date"),
    ("CompteNum", "account_number"),
    ("CompteLib", "account_label"),
    ("CompAuxNum", "third_party_number"),
    ("CompAuxLib", "third_party_label"),
    ("PieceRef", "piece_ref"),
    ("PieceDate", "piece_date"),
    ("EcritureLib", "label"),
    ("Debit", "debit_cents"),
    ("Credit", "credit_cents"),
    ("EcritureLet", "lettering"),
    ("DateLet", "lettering_date"),
    ("ValidDate", "validation_date"),
    ("Montantdevise", "currency_amount"),
    ("Idevise", "currency"),
)
AMOUNT_COLUMNS = {"debit_cents": ("Montant", "amount"), "credit_cents": ("Sens", "direction")}
CASH_COLUMNS = (
    ("DateRglt", "settlement_date"),
    ("ModeRglt", "settlement_mode"),
    ("NatOp", "operation_nature"),
    ("IdClient", "client_id"),
)
COLUMN_COUNTS = {
    Regime.BIC: 18,
    Regime.COMMERCIAL: 18,
    Regime.BA_CASH: 21,
    Regime.BNC_CASH: 22,
}
"""Regime → how many columns it begins with (VII 1°, VIII 3°, 5°, 7°)."""

TRA_MARK = "***S5"
COLUMNS_MAX = 1000
NAME_CHARS_MAX = 100
"""Names go into each line's `extra` and into each anomaly: a few bytes would fill the memory."""

POSTING_NEEDS = frozenset({"entry_date", "account_number"})
_ESSENTIAL = POSTING_NEEDS | {"debit_cents", "credit_cents", "amount", "direction"}
SEPARATORS = ("|", "\t")
UNLAWFUL = (";", ",")
"""Other separators that programs write."""
NAMES_SHOWN_MAX = 3
_PARTS_OF_NAME = re.compile("[A-Z][a-z]+")  # JournalLib: Journal, Lib
ALIKE_MIN = 0.75  # of the letters of a name, for it to be a misspelling of another


@dataclass(frozen=True, slots=True)
class FecHeader:
    """What the first line says.

    Attributes:
        separator: `|` or tab.
        columns: For each field of a line, the name in the header.
        places: Canonical (or cash regime) column → index of its field.
        regime: What the file is held to.
        signed: Whether amounts are `Montant` + `Sens`.
    """

    separator: str
    columns: tuple[str, ...]
    places: dict[str, int]
    regime: Regime
    signed: bool

    @property
    def names(self) -> dict[str, str]:
        """Canonical column → its name in this file."""
        return {name: self.columns[index] for name, index in self.places.items()}

    @property
    def layout(self) -> str:
        """The layout in one word, for the report."""
        return f"{self.regime}-{'montant-sens' if self.signed else 'debit-credit'}"


def parse_header(line: str, regime: Regime | None, anomalies: Anomalies) -> FecHeader | None:
    """Read the first line; None, with an anomaly that blocks, when no line could be read after it.

    Args:
        line: The first line, without its line end.
        regime: The regime to hold the file to; None: detected.
        anomalies: Where what is wrong is recorded.
    """
    if line.startswith(TRA_MARK):
        anomalies.add("FEC-FIC-06", line=1)
        return None
    separator = max(SEPARATORS, key=line.count)
    count = line.count(separator) + 1
    if count == 1:
        _refuse_separator(line, anomalies)
        return None
    if count > COLUMNS_MAX:
        anomalies.add("FEC-STR-18", line=1, value=str(count))
        return None
    columns = tuple(name.strip() for name in line.split(separator))
    if sum(name.startswith('"') and name.endswith('"') for name in columns) > len(columns) // 2:
        anomalies.add("FEC-STR-13", line=1, value=line)
        return None
    if not any(law_name(name) for name in columns):
        anomalies.add("FEC-STR-02", line=1, value=line)
        return None
    return make_header(separator, columns, regime, anomalies)


def make_header(
    separator: str, columns: tuple[str, ...], regime: Regime | None, anomalies: Anomalies
) -> FecHeader | None:
    """Find the legal columns among those of a file; None when no line could be read with them."""
    if long := [name for name in columns if len(name) > NAME_CHARS_MAX]:
        anomalies.add("FEC-STR-18", line=1, value=long[0], expected=str(NAME_CHARS_MAX))
        return None
    guessed = misspelt_columns(columns)
    places = _places(columns, guessed, anomalies)
    if spaced := [name for name in columns if known_column(name) and not canonical_name(name)]:
        shown = ", ".join(spaced[:NAMES_SHOWN_MAX]) + "…" * (len(spaced) > NAMES_SHOWN_MAX)
        anomalies.add("FEC-STR-28", line=1, column=spaced[0], value=shown)
    signed = "amount" in places and "debit_cents" not in places
    other = ("debit_cents", "credit_cents") if signed else ("amount", "direction")
    _set_aside(other, places, columns, anomalies)
    header = FecHeader(separator, columns, places, regime or _regime_of(places), signed=signed)
    _record_missing(header, guessed, anomalies)
    _record_order(header, anomalies)
    return header if _can_be_posted(header, anomalies) else None


def mixed_names(line: str) -> list[str] | None:
    """Cut a header at several separators, if all the names of the law are between them.

    Returns:
        The names; None: it has one separator, or is no header.
    """
    used = [one for one in (*SEPARATORS, *UNLAWFUL) if one in line]
    if len(used) == 1:
        return None
    names = re.split(f"[{''.join(used)}]", line) if used else [line]
    known = sum(bool(law_name(name.strip())) for name in names)
    apart = max((sum(map(bool, map(law_name, line.split(one)))) for one in used), default=0)
    return names if known >= len(LEGAL_COLUMNS) - 1 and apart < known else None


def expected_columns(regime: Regime, *, signed: bool) -> list[tuple[str, str]]:
    """Return the legal columns of a regime, in order: name in the law, canonical name."""
    legal = [AMOUNT_COLUMNS.get(key, (name, key)) if signed else (name, key)
             for name, key in LEGAL_COLUMNS]  # fmt: skip
    return legal + list(CASH_COLUMNS[: COLUMN_COUNTS[regime] - len(legal)])


def _fold(name: str) -> str:
    """Ignores letter case and accents: the law's own table of VIII 7° prints `Crédit`."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", _fold(name))


_KNOWN = {
    _fold(name): key for name, key in (*LEGAL_COLUMNS, *AMOUNT_COLUMNS.values(), *CASH_COLUMNS)
}
_BY_LETTERS = {_letters(name): key for name, key in _KNOWN.items()}
LAW_NAMES = {key: name for name, key in (*LEGAL_COLUMNS, *AMOUNT_COLUMNS.values(), *CASH_COLUMNS)}


def canonical_name(name: str) -> str | None:
    """Return the canonical column named in a header."""
    return _KNOWN.get(_fold(name))


def known_column(name: str) -> str | None:
    """Return the canonical column of a name, whatever its spaces: `Compte Num`, `DATE_LET`."""
    return canonical_name(name) or _BY_LETTERS.get(re.sub(r"[\s_.-]", "", _fold(name)))


def law_name(name: str) -> str | None:
    """Return the law's name of a column, whatever its spelling in a header."""
    key = known_column(name)
    return LAW_NAMES[key] if key else None


def misspelt_columns(columns: Sequence[str]) -> dict[str, int]:
    """Find the legal columns whose names are only misspelt: at their place, and nearly right.

    Returns:
        Canonical column → index of its field.
    """
    keys = [known_column(name) for name in columns]
    known = set(keys)
    found: dict[str, int] = {}
    for index, (law, key) in enumerate((*LEGAL_COLUMNS, *CASH_COLUMNS)[: len(columns)]):
        name = columns[index]
        if not name or keys[index]:
            continue
        for right, wanted in ((law, key), AMOUNT_COLUMNS.get(key, (law, key))):
            if wanted not in known and _is_alike(name, right):
                found.setdefault(wanted, index)
                break
    return found


def _is_alike(name: str, right: str) -> bool:
    """Return whether a name is nearly right, or has its words in another order."""
    if SequenceMatcher(None, _letters(name), _letters(right)).ratio() >= ALIKE_MIN:
        return True
    words = re.findall(r"[^\W_]+", _fold(name))
    parts = [_fold(part) for part in _PARTS_OF_NAME.findall(right)]
    return len(words) == len(parts) and all(
        word.startswith(part) for word, part in zip(sorted(words), sorted(parts), strict=True)
    )


def _places(
    columns: tuple[str, ...], guessed: Mapping[str, int], anomalies: Anomalies
) -> dict[str, int]:
    """Place the columns; those that no line can do without are not taken by guess."""
    places = {key: index for key, index in guessed.items() if key not in _ESSENTIAL}
    for index, name in enumerate(columns):
        key = known_column(name)
        if key is None:
            if name and index not in guessed.values():
                anomalies.add("FEC-STR-06", line=1, column=name, value=name)
        elif key in places:
            code = "FEC-STR-27" if key in _ESSENTIAL else "FEC-STR-05"
            anomalies.add(code, line=1, column=name, value=name)
        else:
            places[key] = index
    return places


def _set_aside(
    keys: tuple[str, ...], places: dict[str, int], columns: tuple[str, ...], anomalies: Anomalies
) -> None:
    """Treat the amounts of the other layout as columns beyond the law: one of them is read."""
    for key in keys:
        if (place := places.pop(key, None)) is not None:
            anomalies.add("FEC-STR-06", line=1, column=columns[place], value=columns[place])


def _regime_of(places: dict[str, int]) -> Regime:
    if "settlement_date" not in places and "settlement_mode" not in places:
        return Regime.BIC
    return Regime.BNC_CASH if "client_id" in places else Regime.BA_CASH


def _record_missing(header: FecHeader, guessed: Mapping[str, int], anomalies: Anomalies) -> None:
    for name, key in expected_columns(header.regime, signed=header.signed):
        if key in guessed:
            other = header.columns[guessed[key]]
            anomalies.add("FEC-STR-03", line=1, column=other, value=name, expected=other)
        elif key not in header.places:
            anomalies.add("FEC-STR-03", line=1, column=name, value=name)


def _record_order(header: FecHeader, anomalies: Anomalies) -> None:
    """The legal columns come first, in the order of the law, under its exact names."""
    wanted = [key for _, key in expected_columns(header.regime, signed=header.signed)]
    found = [key for key, _ in sorted(header.places.items(), key=lambda item: item[1])]
    present = [key for key in wanted if key in header.places]
    first_places = [header.places[key] for key in present]
    if [key for key in found if key in present] != present or (
        len(present) == len(wanted) and first_places != list(range(len(wanted)))
    ):
        anomalies.add(
            "FEC-STR-04",
            line=1,
            value=header.separator.join(header.columns),
            expected=header.separator.join(LAW_NAMES[key] for key in wanted),
        )


def _can_be_posted(header: FecHeader, anomalies: Anomalies) -> bool:
    """Return whether lines of this header can be posted: a date, an account and an amount."""
    amounts = {"amount", "direction"} if header.signed else {"debit_cents", "credit_cents"}
    missing = sorted((POSTING_NEEDS | amounts) - header.places.keys())
    for key in missing:
        anomalies.add("FEC-STR-15", line=1, column=LAW_NAMES[key], value=LAW_NAMES[key])
    return not missing


def _refuse_separator(line: str, anomalies: Anomalies) -> None:
    known = {one: sum(map(bool, map(law_name, line.split(one)))) for one in (*UNLAWFUL, " ")}
    other = max(known, key=known.__getitem__)
    if known[other] >= len(LEGAL_COLUMNS) // 2:  # other layouts have a few of these names too
        anomalies.add("FEC-STR-01", line=1, value=other)
    else:
        anomalies.add("FEC-STR-02", line=1, value=line)
