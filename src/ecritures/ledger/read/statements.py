"""The income statement and the balance sheet by class of accounts: indicative.

The accounts of classes 6 and 7, and the result, for the period; the others at its end, each on the
side of its balance. The statements that the law asks for group accounts otherwise (PCG art. 821-1
ff.).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.ledger.read.balance import RESULT_KEY, By, read_balance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.snapshot import Snapshot

OFF_BALANCE_SHEET = {"80", "86", "87"}
"""Commitments (80) and contributions in kind (86, 87) are in neither statement."""
HEADINGS: Mapping[str, str] = {
    "10": "Capital et réserves",
    "11": "Report à nouveau",
    "12": "Résultat",
    "13": "Subventions d'investissement",
    "14": "Provisions réglementées",
    "15": "Provisions",
    "16": "Emprunts et dettes assimilées",
    "17": "Dettes rattachées à des participations",
    "18": "Comptes de liaison",
    "20": "Immobilisations incorporelles",
    "21": "Immobilisations corporelles",
    "22": "Immobilisations mises en concession",
    "23": "Immobilisations en cours",
    "26": "Participations",
    "27": "Autres immobilisations financières",
    "28": "Amortissements des immobilisations",
    "29": "Dépréciations des immobilisations",
    "31": "Matières premières",
    "32": "Autres approvisionnements",
    "33": "En-cours de production de biens",
    "34": "En-cours de production de services",
    "35": "Stocks de produits",
    "36": "Stocks provenant d'immobilisations",
    "37": "Stocks de marchandises",
    "38": "Stocks en voie d'acheminement",
    "39": "Dépréciations des stocks",
    "40": "Fournisseurs",
    "41": "Clients",
    "42": "Personnel",
    "43": "Sécurité sociale et autres organismes sociaux",
    "44": "État et autres collectivités publiques",
    "45": "Groupe et associés",
    "46": "Débiteurs et créditeurs divers",
    "47": "Comptes transitoires ou d'attente",
    "48": "Comptes de régularisation",
    "49": "Dépréciations des comptes de tiers",
    "50": "Valeurs mobilières de placement",
    "51": "Banques et établissements financiers",
    "52": "Instruments financiers à terme et jetons détenus",
    "53": "Caisse",
    "54": "Régies d'avance et accréditifs",
    "58": "Virements internes",
    "59": "Dépréciations des comptes financiers",
    "88": "Résultat en instance d'affectation",
    "89": "Bilan",
    "60": "Achats",
    "61": "Services extérieurs",
    "62": "Autres services extérieurs",
    "63": "Impôts, taxes et versements assimilés",
    "64": "Charges de personnel",
    "65": "Autres charges de gestion courante",
    "66": "Charges financières",
    "67": "Charges exceptionnelles",
    "68": "Dotations aux amortissements, dépréciations et provisions",
    "69": "Participation des salariés, impôts sur les bénéfices",
    "70": "Ventes",
    "71": "Production stockée",
    "72": "Production immobilisée",
    "74": "Subventions",
    "75": "Autres produits de gestion courante",
    "76": "Produits financiers",
    "77": "Produits exceptionnels",
    "78": "Reprises sur amortissements, dépréciations et provisions",
    "79": "Transferts de charges",
}
"""The first two digits of accounts (PCG art. 911-1)."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The accounts of two digits: positive where they are on their usual side, in cents."""

    code: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Statements:
    """An income statement and a balance sheet.

    Attributes:
        result_cents: Income less expenses of the period.
        not_carried_cents: The result of earlier years that no entry of opening has carried:
            positive is a profit. It is part of `liabilities`.
    """

    expenses: tuple[Heading, ...]
    income: tuple[Heading, ...]
    result_cents: int
    assets: tuple[Heading, ...]
    liabilities: tuple[Heading, ...]
    not_carried_cents: int


def read_statements(snapshot: Snapshot, wanted: Filter) -> Statements:
    """Add up a ledger by the first two digits of its accounts."""
    expenses: Counter[str] = Counter()
    income: Counter[str] = Counter()
    assets: Counter[str] = Counter()
    liabilities: Counter[str] = Counter()
    not_carried = 0
    for row in read_balance(snapshot, wanted, By.ACCOUNT).rows:
        if row.key == RESULT_KEY:
            not_carried = -row.opening_cents
            continue
        heading, cents = row.key[0][:2], row.closing_cents
        if heading in OFF_BALANCE_SHEET:
            continue
        if heading[:1] == "6":
            expenses[heading] += cents
        elif heading[:1] == "7":
            income[heading] -= cents
        elif _is_asset(heading, cents):
            assets[heading] += cents
        else:
            liabilities[heading] -= cents
    return Statements(
        _headings(expenses),
        _headings(income),
        income.total() - expenses.total(),
        _headings(assets),
        _headings(liabilities),
        not_carried,
    )


def _is_asset(heading: str, cents: int) -> bool:
    """Tell the side of an account: by its class; of classes 4, 5 and 8, by its balance."""
    if heading[:1] in {"2", "3"}:
        return True
    return heading[:1] != "1" and cents > 0


def _headings(found: Counter[str]) -> tuple[Heading, ...]:
    return tuple(
        Heading(code, HEADINGS.get(code, ""), cents) for code, cents in sorted(found.items())
    )
