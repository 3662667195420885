"""Write a TRA of any number of lines: streamed, seeded, every entry balanced to the cent.

    python bench/generate_tra.py --lines 1000000 --out big.tra [--extended]

Entries of two lines, 500 third parties, a due date on each line of a third party.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING

from ecritures.formats.tra.places import ENTRY, EXTENDED_WIDTH, STANDARD_WIDTH
from ecritures.formats.tra.write import header, record

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS, MONTHS = 28, 12
EXTENDED = {
    "DATECREATION": "15012024",
    "ECRANOUVEAU": "N",
    "TVAENCAISSEMENT": "-",
    "ETATLETTRAGE": "RI",
    "VALIDE": "X",
    "VALIDDATE": "31122024",
}


def template(values: dict[str, str], width: int) -> list[str]:
    """Return a line as characters, with values at their places."""
    line = [" "] * width
    for name, text in values.items():
        place = ENTRY[name]
        line[place.start - 1 : place.end] = text.ljust(place.length)
    return line


def entries(lines: int, seed: int, *, extended: bool) -> Iterator[str]:
    """Yield the lines of entry, two by two."""
    chance = random.Random(seed)
    width = EXTENDED_WIDTH if extended else STANDARD_WIDTH
    same = {"JOURNAL": "VTE", "TYPEPIECE": "FC", "TYPEECRITURE": "N", "CODEMONTANT": "E--"}
    same |= EXTENDED if extended else {}
    client = template(same | {"GENERAL": "411000", "TYPECPTE": "X", "SENS": "D"}, width)
    sale = template(same | {"SENS": "C"}, width)
    for number in range(1, lines // 2 + 1):
        at = number * DAYS * MONTHS // (lines // 2 + 1)
        day = f"{1 + at % DAYS:02d}{1 + at // DAYS:02d}2024"
        cents = chance.randrange(100, 10**7)
        shared = {
            "DATECOMPTABLE": day,
            "REFINTERNE": f"F{number:07d}",
            "LIBELLE": f"Facture {number} de la vente",
            "MONTANT1": f"{cents // 100},{cents % 100:02d}".rjust(ENTRY["MONTANT1"].length),
            "NUMEROPIECE": f"{number:8d}",
        }
        of_client = {"AUXILIAIRE": f"C{chance.randrange(500):04d}", "ECHEANCE": day}
        for line, more in ((client, of_client), (sale, {"GENERAL": f"70{number % 50:04d}"})):
            for name, text in (shared | more).items():
                place = ENTRY[name]
                line[place.start - 1 : place.end] = text.ljust(place.length)
            yield "".join(line)


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--extended", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    with given.out.open("w", encoding="cp1252", newline="") as file:
        first = header("Atelier Lumen")
        file.write(first if given.extended else first.replace("DOSETE", "JRLSTD"))
        file.write(record("JAL", code="VTE", label="Ventes", nature="VTE"))
        for line in entries(given.lines, given.seed, extended=given.extended):
            file.write(f"{line}\r\n")


if __name__ == "__main__":
    main()
