"""Random histories of a ledger and random filters, for reads."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from ecritures.app.actions import lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.imports import confirm_import
from ecritures.core.errors import EcrituresError
from ecritures.database import tables
from ecritures.imports.request import Status
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.ledger.totals_summaries import summarize
from helpers.fec import fec, line

if TYPE_CHECKING:
    import random

    from helpers.importing import Importing
    from helpers.ledgers import Books

DAYS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 15), date(2024, 2, 29)]
DAYS += [date(2024, 6, 10), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 20)]
DAYS += [date(2025, 3, 5), date(2026, 1, 7)]
JOURNALS = ["VE", "BQ", "OD", "AN"]
ACCOUNTS = ["411000", "411100", "401000", "512000", "607000", "706000", "6", "411-419"]
THIRD_PARTIES = ["", "C1", "C2", "F1"]
LABELS = ["Loyer d'été", "ÉCHÉANCE loyer", "Œuvre 12 %", "=1+1", "Façade_Nord", "loyer"]
SIRETS = ["07955542100027", "07955542100035"]
MAIN = SIRETS[0]
SUMMARIES = 0.3
"""How often the totals are summed up before a step."""


@dataclass
class RandomHistory:
    """Does what imports and people do, at random.

    Attributes:
        imports: Those that were posted.
    """

    chance: random.Random
    importing: Importing
    books: Books
    imports: list[str] = field(default_factory=list)
    posted: int = 0

    def step(self) -> None:
        """Do something; what is refused changes nothing. Now and then, totals are summed up."""
        if self.chance.random() < SUMMARIES:
            books = self.books
            summarize(books.database, **books.place, now=books.database.clock.now())
        act = self.chance.choice(["post", "post", "post", "undo", "restore", "replace", "match"])
        with suppress(EcrituresError):
            if act == "post" or not self.imports:
                self.post()
            elif act == "undo":
                self.books.undo(self.chance.choice(self.imports), force=True)
            elif act == "restore":
                self.books.restore(self.chance.choice(self.imports), force=True)
            elif act == "replace":
                self.post(mode="replace", replace={"from": "2024-01-01", "to": "2024-06-30"})
            else:
                self._match()

    def post(self, **options: Any) -> None:
        """Import a file of a few entries."""
        inside = "replace" in options
        rows = []
        for number in self.chance.sample(range(1, 41), self.chance.randint(1, 8)):
            rows += self._entry(number, DAYS[1:5] if inside else DAYS)
        siret = self.chance.choice([None, *SIRETS])
        self.posted += 1
        url = f"https://files.example/{self.posted}.txt"
        allowed = {"duplicates": "allow", "duplicateEntries": "allow", "openings": "allow"}
        allowed |= {"outsideFiscalYears": "accept"}
        asked = {"url": url, "siret": siret, "options": options or allowed}
        state = self.importing.post(fec(rows), dry_run=inside, **asked)
        if inside:  # what it removes was seen
            confirm_import(self.books.database, state.id)
            state = self.importing.run(state.id)
        if state.status is Status.DONE:
            self.imports.append(state.id)

    def _entry(self, number: int, days: list[date]) -> list[dict[str, str]]:
        chance = self.chance
        day, journal = chance.choice(days), chance.choice(JOURNALS)
        piece = chance.choice(["P1", "P2", "FA-2024", "FA-2025"])
        common = {"JournalCode": journal, "EcritureDate": f"{day:%Y%m%d}", "PieceRef": piece}
        common |= {"PieceDate": f"{day:%Y%m%d}", "ValidDate": f"{day:%Y%m%d}"}
        same = chance.choice(LABELS) if chance.random() < 0.5 else None
        cents = chance.choice([100, 12000, 12000, 4999, chance.randint(1, 10**6)])
        parts = [cents] if chance.random() < 0.7 or cents < 3 else [cents // 3, cents - cents // 3]
        rows = [self._line(number, "", cents, same) | common]
        rows += [self._line(number, "credit", one, same) | common for one in parts]
        if chance.random() < 0.1:  # only a warning: the lines of an entry may have several days
            rows[-1]["EcritureDate"] = f"{chance.choice(days):%Y%m%d}"
        return rows

    def _line(self, number: int, side: str, cents: int, label: str | None) -> dict[str, str]:
        chance = self.chance
        text = f"{cents // 100},{cents % 100:02d}"
        third_party = chance.choice(THIRD_PARTIES)
        code = chance.choice(["", "", "A"])
        return line(
            number,
            chance.choice(ACCOUNTS[:6]),
            *(("0,00", text) if side else (text, "0,00")),
            EcritureLib=label or chance.choice(LABELS),
            CompAuxNum=third_party,
            CompAuxLib=third_party and f"Tiers {third_party}",
            EcritureLet=code,
            DateLet="20240630" if code else "",
        )

    def _match(self) -> None:
        rows = self.books.rows(tables.lines)
        one = self.chance.choice(rows)
        same = [
            row
            for row in rows
            if (row.account_id, row.third_party_id) == (one.account_id, one.third_party_id)
        ]
        chosen = self.chance.sample(same, min(len(same), 2))
        database = self.books.database.for_domain(self.books.dossier.domain_id)
        request = DossierRequest(database, self.importing.caller, self.books.dossier.code)
        if self.chance.random() < 0.3:
            lettering.unmatch(request, "A")
        else:
            lettering.match(request, [f"{row.batch_id}:{row.line}" for row in chosen])


def random_filter(chance: random.Random, imports: list[str]) -> FilterTexts:
    """A filter as written: mostly one or two conditions."""
    possible: dict[str, Any] = {
        "start": lambda: chance.choice(DAYS).isoformat(),
        "end": lambda: chance.choice(DAYS).isoformat(),
        "year": lambda: chance.choice(["2024", "2025"]),
        "journal": lambda: chance.sample(JOURNALS, 2),
        "account": lambda: chance.sample(
            ["411*", "411000", "401000-512000", "4", "6", "999", "411-419"], 2
        ),
        "third_party": lambda: [chance.choice(["", "C1", "C*", "F1", "X"])],
        "siret": lambda: [chance.choice(SIRETS)],
        "number": lambda: [str(chance.randint(1, 40)) for _ in range(5)],
        "piece": lambda: [chance.choice(["P1", "FA-*", "fa-*"])],
        "label": lambda: [chance.choice(["LOYER", "ete", "oeuvre", "%", "_", "écheance l", "zz"])],
        "amount": lambda: [chance.choice(["120", "1..50", "0", "120,00 €", "1000.."])],
        "lettering": lambda: chance.choice(["lettered", "unlettered"]),
        "import_": lambda: chance.sample(imports, min(2, len(imports))),
    }
    names = chance.sample(sorted(possible), chance.choice([0, 1, 1, 2, 2, 3]))
    made = {name: possible[name]() for name in names}
    if made.get("start") and made.get("end") and made["start"] > made["end"]:
        made["start"], made["end"] = made["end"], made["start"]
    return FilterTexts(**made)
