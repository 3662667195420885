"""What the four schemas of the XML form allow (article A47 A-1 VI 2°): elements, order, number.

A container (`journal`, `ecriture`…) first holds its fields, in a fixed order, then the containers
inside it. Each distinct sequence of fields is checked once: files repeat a few of them endlessly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TREE = ("comptabilite", "exercice", "journal", "ecriture", "ligne")
"""The containers, from the outermost one; everything else is a field."""
WITH_LINES = frozenset({"ecriture", "ligne"})
"""Those that hold what is posted; where they are out of their place, that is reported at once."""

SCHEMAS = {
    "VII-1": Regime.BIC,
    "VIII-3": Regime.COMMERCIAL,
    "VIII-5": Regime.BA_CASH,
    "VIII-7": Regime.BNC_CASH,
}
"""Schema → regime."""

JOURNAL_FIELDS = {"JournalCode": "journal_code", "JournalLib": "journal_label"}
ENTRY_FIELDS = {
    "EcritureNum": "entry_number",
    "EcritureDate": "entry_date",
    "EcritureLib": "label",
    "PieceRef": "piece_ref",
    "PieceDate": "piece_date",
    "EcritureLet": "lettering",
    "DateLet": "lettering_date",
    "ValidDate": "validation_date",
}
CASH_FIELDS = {
    "DateRglt": "settlement_date",
    "ModeRglt": "settlement_mode",
    "NatOp": "operation_nature",
    "IdClient": "client_id",
}
LINE_FIELDS = {
    "CompteNum": "account_number",
    "CompteLib": "account_label",
    "CompAuxNum": "third_party_number",
    "CompAuxLib": "third_party_label",
    "Montantdevise": "currency_amount",
    "Idevise": "currency",
    "Debit": "debit_cents",
    "Credit": "credit_cents",
    "Montant": "amount",
    "Sens": "direction",
}
LETTERING_FIELDS = {name: ENTRY_FIELDS[name] for name in ("EcritureLet", "DateLet")}
"""Of an entry; read in its lines too, where flat files have them."""
ALIASES = {"CompteAuxNum": "CompAuxNum", "CompteAuxLib": "CompAuxLib"}

_CASH_REQUIRED = frozenset({"DateRglt", "ModeRglt"})
_ENTRY_REQUIRED = frozenset(ENTRY_FIELDS) - {"EcritureLet", "DateLet"}
_ONE_AMOUNT = frozenset({"Debit", "Credit", "Montant"})
_PLANS_MAX = 1000  # distinct sequences cached; a file with more of them is checked more slowly

MISSING, ORDER, REPEATED, UNKNOWN = "FEC-XML-03", "FEC-XML-04", "FEC-XML-05", "FEC-XML-06"
MISPLACED = "FEC-XML-21"
BOTH_SIDES, AMBIGUOUS_AMOUNT = "FEC-XML-07", "FEC-XML-08"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to take the values of one sequence of fields, and what is wrong with it.

    Attributes:
        take: Picks the values in the order of the known fields; an absent one is the last value.
        others: The places of unknown fields.
        breaches: Code and element.
    """

    take: Callable[[Sequence[str]], tuple[str, ...]]
    others: tuple[int, ...]
    breaches: tuple[tuple[str, str], ...]


class Judge:
    """Checks the fields of containers against one schema.

    Args:
        schema: One of `SCHEMAS`.
    """

    def __init__(self, schema: str) -> None:
        own_accounts = schema == "VII-1"
        cash = list(CASH_FIELDS)[: {"VIII-5": 3, "VIII-7": 4}.get(schema, 0)]
        self._allowed = {
            "comptabilite": [],
            "exercice": ["DateCloture"],
            "journal": list(JOURNAL_FIELDS),
            "ecriture": [*ENTRY_FIELDS, *cash],
            "ligne": list(LINE_FIELDS),
        }
        self._required = {
            "comptabilite": frozenset[str](),
            "exercice": frozenset({"DateCloture"}),
            "journal": frozenset(JOURNAL_FIELDS) if own_accounts else frozenset[str](),
            "ecriture": _ENTRY_REQUIRED | (_CASH_REQUIRED & set(cash)),
            "ligne": frozenset({"CompteNum", "CompteLib"} if own_accounts else {"CompteLib"}),
        }
        self._plans: dict[tuple[str, tuple[str, ...]], Plan] = {}

    def plan(self, container: str, names: tuple[str, ...]) -> Plan:
        """Return what to do with fields of these names, in this order."""
        key = (container, names)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= _PLANS_MAX:
                self._plans.clear()
            found = self._plans[key] = self._make(container, names)
        return found

    def allows(self, container: str, name: str) -> bool:
        """Return whether a container of the schema has this field."""
        return ALIASES.get(name, name) in self._allowed[container]

    def _make(self, container: str, given: tuple[str, ...]) -> Plan:
        names = [ALIASES.get(name, name) for name in given]
        allowed = self._allowed[container]
        known = {
            "journal": [*JOURNAL_FIELDS],
            "ecriture": [*ENTRY_FIELDS, *CASH_FIELDS],
        }.get(container, allowed)
        places = [names.index(name) if name in names else -1 for name in known]
        others = tuple(index for index, name in enumerate(names) if name not in known)
        return Plan(_picker(places), others, tuple(self._breaches(container, names)))

    def _breaches(self, container: str, names: list[str]) -> list[tuple[str, str]]:
        allowed, required = self._allowed[container], self._required[container]
        found = [(MISSING, name) for name in allowed if name in required and name not in names]
        furthest, any_allowed = -1, container == "ligne"
        for index, name in enumerate(names):
            if name not in allowed:
                after = any(later in allowed for later in names[index + 1 :])
                if container == "ligne" and name in LETTERING_FIELDS:
                    found.append((ORDER, name))
                elif name not in WITH_LINES and (not any_allowed or after):
                    found.append((UNKNOWN, name))
            elif name in names[:index]:
                found.append((REPEATED, name))
            elif allowed.index(name) < furthest:
                found.append((ORDER, name))
            else:
                furthest = allowed.index(name)
        return found + (_amount_breaches(names) if container == "ligne" else [])


def _amount_breaches(names: list[str]) -> list[tuple[str, str]]:
    """A line has one of Debit, Credit, or Montant with Sens."""
    amounts = [name for name in names if name in _ONE_AMOUNT]
    if not amounts:
        return [(MISSING, "Debit, Credit, Montant")]
    if ("Montant" in amounts) != ("Sens" in names):
        return [(MISSING, "Sens" if "Montant" in amounts else "Montant")]
    if set(amounts) == {"Debit", "Credit"}:
        return [(BOTH_SIDES, "Debit, Credit")]
    return [(AMBIGUOUS_AMOUNT, ", ".join(amounts))] if len(set(amounts)) > 1 else []


def _picker(places: list[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[place] for place in places)


_SCHEMA_NAME = re.compile(r"(?<![A-Z])(VII-1|VIII-[357])(?:\.xsd)?\s*$", re.IGNORECASE)
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def schema_of(attributes: dict[str, str]) -> str | None:
    """Return what the root element names as its schema: one of `SCHEMAS`, or what it says.

    None when it names none.
    """
    for name, value in attributes.items():
        prefix, _, local = name.rpartition(":")
        is_located = local in {"noNamespaceSchemaLocation", "schemaLocation"}
        if is_located and attributes.get(f"xmlns:{prefix}", "").strip() == _INSTANCE:
            match = _SCHEMA_NAME.search(value)
            return match[1].upper() if match else value
    return None
