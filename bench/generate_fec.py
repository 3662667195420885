"""Write a FEC of any number of lines: streamed, seeded, every entry balanced to the cent.

    python bench/generate_fec.py --lines 1000000 --out big.txt

Sales and purchases in entries of 2 to 8 lines, 2 600 third parties, accented labels, and invoices
lettered with their payments.
"""

from __future__ import annotations

import argparse
import random
from collections import deque
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise\r\n"
)
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 12, 31)
NAMES = ["Lefèvre", "Müller", "Noël", "Gérard", "Hélène", "Œillet", "Côte-d'Or", "Évrard", "Cœur"]
TRADES = ["Boulangerie", "Garage", "Électricité", "Hôtel", "Maçonnerie", "Crèmerie", "Pépinière"]
LABELS = ["Facture n°", "Livraison à façon", "Prestation réalisée", "Échéance", "Frais de dépôt"]
CHARGES = [(f"60{i:02}0000", f"Achats de marchandises {i:02}") for i in range(40)]
PRODUCTS = [(f"70{i:02}0000", f"Prestations de services {i:02}") for i in range(40)]
THIRD_PARTIES_MAX = 1300
PAYMENT_LAG = 400  # entries between an invoice and its payment

Line = tuple[
    str, str, str, str, int, int, str
]  # account, label, third, name, debit, credit, letter


class Generator:
    """The entries of one company's year.

    Args:
        lines: How many lines, the header not counted; at least 2.
        seed: The same seed and lines give the same bytes.
    """

    def __init__(self, lines: int, seed: int) -> None:
        self.lines = lines
        self._random = random.Random(seed)
        self._due: deque[tuple[int, list[Line]]] = deque()
        self._written = self._entries = self._letters = 0

    def text(self) -> Iterator[str]:
        """Yield the file, an entry at a time."""
        yield HEADER
        while (left := self.lines - self._written) > 0:
            if self._due and self._due[0][0] <= self._entries and left >= len(self._due[0][1]) + 2:
                yield self._entry("BQ", "Banque à vue", self._due.popleft()[1])
            elif left < 12:
                yield self._entry(
                    "OD", "Opérations diverses", self._filling(left if left <= 8 else 6)
                )
            else:
                yield self._invoice()

    def _invoice(self) -> str:
        sale = self._random.random() < 0.55
        kind, account, label = ("C", "41100000", "Clients") if sale else ("F", "40100000", "Fourn.")
        number = int(THIRD_PARTIES_MAX * self._random.random() ** 2)
        name = f"{TRADES[number % len(TRADES)]} {NAMES[number % len(NAMES)]} {number:04}"
        letter = self._letter() if self._random.random() < 0.7 else ""
        chosen = self._random.sample(
            PRODUCTS if sale else CHARGES, 1 + int(self._random.random() * 4)
        )
        rows = [(*one, "", "", 100 + int(800_000 * self._random.random() ** 3)) for one in chosen]
        net = sum(row[4] for row in rows)
        tax = (net * 20 + 50) // 100
        vat = ("44571000", "TVA collectée") if sale else ("44566000", "TVA déductible")
        rows = [(account, label, f"{kind}{number:05}", name, net + tax), *rows, (*vat, "", "", tax)]
        lines = [
            (*row[:4], *self._sides(row[4], debit=(rank == 0) == sale), letter if rank == 0 else "")
            for rank, row in enumerate(rows)
        ]
        if letter:
            self._due.append((self._entries + PAYMENT_LAG, self._payment(lines[0])))
        return self._entry("VE" if sale else "HA", "Ventes" if sale else "Achats", lines)

    @staticmethod
    def _payment(invoice: Line) -> list[Line]:
        account, label, third, name, debit, credit, letter = invoice
        return [
            (account, label, third, name, credit, debit, letter),
            ("51200000", "Banque", "", "", debit, credit, ""),
        ]

    def _filling(self, count: int) -> list[Line]:
        amount = 100 + int(90_000 * self._random.random())
        charges = [(*CHARGES[i], "", "", amount, 0, "") for i in range(count - 1)]
        return [*charges, ("46860000", "Charges à payer", "", "", 0, amount * (count - 1), "")]

    @staticmethod
    def _sides(cents: int, *, debit: bool) -> tuple[int, int]:
        return (cents, 0) if debit else (0, cents)

    def _letter(self) -> str:
        self._letters += 1
        number, text = self._letters + 26, ""
        while number:
            number, rest = divmod(number, 26)
            text = chr(65 + rest) + text
        return text

    def _entry(self, journal: str, journal_label: str, lines: list[Line]) -> str:
        days = (LAST_DAY - FIRST_DAY).days
        day = FIRST_DAY + timedelta(days * self._written // self.lines)
        validated = (day.replace(day=1) + timedelta(40)).replace(day=10)
        self._entries += 1
        piece = f"{journal}24-{self._entries:07}"
        label = f"{LABELS[self._entries % len(LABELS)]} {piece}"
        head = f"{journal}|{journal_label}|{self._entries}|{day:%Y%m%d}"
        self._written += len(lines)
        return "".join(
            f"{head}|{account}|{name}|{third}|{third_name}|{piece}|{day:%Y%m%d}|{label}|"
            f"{_amount(debit)}|{_amount(credit)}|{letter}|{f'{LAST_DAY:%Y%m%d}' if letter else ''}|"
            f"{validated:%Y%m%d}||\r\n"
            for account, name, third, third_name, debit, credit, letter in lines
        )


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def generate(path: Path, lines: int, seed: int = 1) -> None:
    """Write a file of that many lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(Generator(lines, seed).text())


def main() -> None:
    """Write the file that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    generate(given.out, given.lines, given.seed)


if __name__ == "__main__":
    main()
