"""A ledger that nobody has tampered with is intact, whatever was done to it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from random import Random
from threading import Thread

import pytest

from ecritures.app.actions import closing
from ecritures.app.actions import validate as validation
from ecritures.app.actions.dossiers import update_dossier
from ecritures.app.queries import show_audit
from ecritures.core.errors import ConflictError, NotFoundError
from ecritures.database import tables
from ecritures.directory.dossier_changes import DossierChanges
from ecritures.imports.request import Status
from ecritures.ledger.loading.purge import purge
from ecritures.ledger.planning.survey import Survey
from ecritures.ledger.proof.verify import verify_ledger
from helpers.fec import entry, fec, line

STEPS = 20
SMALL_BLOCK_BYTES = 1500
"""Ten lines or so: entries begin in one block and end in the next."""
ADDRESS = "https://files.example/{}/079555421FEC20241231.txt"


@pytest.fixture
def verify(database, dossier):
    def _verify(**options):
        of_firm = database.for_domain(dossier.domain_id)
        return verify_ledger(of_firm, dossier.domain_id, dossier.id, **options)

    return _verify


class History:
    """Does anything to a ledger, at random."""

    def __init__(self, importing, books, seed):
        self.importing, self.books = importing, books
        self.random = Random(seed)  # noqa: S311 - any chance does
        self.posted, self.year = [], {}
        self.numbers = count(1)
        self.request = closing.DossierRequest(
            books.database.for_domain(books.dossier.domain_id), importing.caller, books.dossier.code
        )
        self.acts = [
            *[self.post, self.replace, self.undo] * 4,
            *[self.restore] * 3,
            *(self.validate, self.lock, self.unlock, self.add_year, self.close_year),
            self.reopen_year,
        ]
        closing.add_fiscal_year(self.request, date(2024, 1, 1), date(2024, 12, 31))

    def step(self):
        act = self.random.choice(self.acts)
        with suppress(ConflictError, NotFoundError):  # of a fiscal year
            act()

    def post(self):
        new = {self.next_number(): self.some_entry() for _ in range(self.random.randint(1, 6))}
        if self.import_(new):
            self.year |= new

    def replace(self):
        """The year again, with a few changes."""
        year = dict(self.year)
        for number in self.random.sample(sorted(year), min(len(year), 2)):
            year[number] = self.some_entry()
        if len(year) > 4:
            del year[self.random.choice(sorted(year))]
        year[self.next_number()] = self.some_entry()
        if self.import_(year, mode="replace", replace={"fiscalYear": "2024"}):
            self.year = year

    def import_(self, year, **options):
        lines = [row for number, columns in year.items() for row in entry(number, **columns)]
        policies = {
            "duplicateEntries": "allow",
            "missingNumbers": self.random.choice(("keep", "assign")),
            "fileValidation": self.random.choice([*["kept"] * 9, "binding"]),
        }
        url = ADDRESS.format(next(self.numbers))
        state = self.importing.post(fec(lines), url=url, options=policies | options)
        if state.status is not Status.DONE:
            return False
        self.posted.append(state.id)
        return True

    def undo(self):
        if self.posted:
            definitive = self.random.choice(("refuse", "reverse"))
            self.books.undo(self.random.choice(self.posted), force=True, definitive=definitive)

    def restore(self):
        if self.posted:
            self.books.restore(self.random.choice(self.posted), force=True)

    def validate(self):
        journals = self.random.choice((None, ("HA",)))
        fields = validation.ValidationFields(date(2024, self.random.randint(1, 3), 28), journals)
        place = self.request.database, self.request.caller, self.request.code
        if self.posted:
            validation.validate(*place, fields)

    def lock(self):
        closing.lock(self.request, date(2023, 12, 31) + timedelta(self.random.randint(0, 40)))

    def unlock(self):
        closing.unlock(self.request, None)

    def add_year(self):
        year = self.random.randint(2023, 2026)
        closing.add_fiscal_year(self.request, date(year, 1, 1), date(year, 12, 31))

    def close_year(self):
        closing.close_fiscal_year(self.request, str(self.random.choice((2023, 2025, 2026))))

    def reopen_year(self):
        closing.reopen_fiscal_year(self.request, str(self.random.choice((2023, 2025, 2026))))

    def next_number(self):
        return next(self.numbers)

    def some_entry(self):
        day = f"2024{self.random.randint(1, 12):02}15"
        return {"amount": f"{self.random.randint(1, 9)},50", "EcritureDate": day} | (
            self.random.choice(
                (
                    {},
                    {"CompAuxNum": "F01", "CompAuxLib": 'Le "Fournil"', "EcritureLet": "AA"},
                    {"PieceRef": "", "EcritureLib": "l’été ; à\u00a0voir"},
                    {"EcritureNum": "", "JournalCode": "VE", "JournalLib": "Ventes"},
                    {"Montantdevise": "-30,00", "Idevise": "USD"},
                )
            )
        )


@pytest.mark.parametrize("seed", range(4))
def test_any_history_is_intact(importing, books, verify, seed):
    importing.configure(block_bytes=SMALL_BLOCK_BYTES)
    history = History(importing, books, seed)
    for _ in range(STEPS):
        history.step()
        verdict = verify()
        assert verdict.first_break is None, verdict.first_break
    assert verdict.events == verdict.revision == len(books.rows(tables.events))


def test_an_empty_ledger_is_intact(verify):
    verdict = verify()
    assert (verdict.revision, verdict.head, verdict.first_break) == (0, None, None)


def test_entries_of_scattered_lines_and_blocks_are_verified(importing, books, verify):
    """Lines of one entry are in several blocks: its fingerprints are complete at the last one."""
    first = [row for number in range(1, 40) for row in entry(number)]
    lines = [*first[::2], *first[1::2]]
    importing.configure(block_bytes=SMALL_BLOCK_BYTES)
    importing.post(fec(lines))
    assert len(books.rows(tables.batch_blocks)) > 5
    assert verify().first_break is None


def test_lines_added_to_balance_an_entry_are_verified(importing, books, verify):
    lines = [*entry(1, PieceDate="20240110"), *entry(2)]
    lines[1] |= {"Credit": "119,99"}
    lines += [row for number in range(3, 120) for row in entry(number)]
    state = importing.post(fec(lines), options={"unbalanced": "difference"})
    assert state.status is Status.DONE
    assert any(row.made for row in books.rows(tables.lines))
    assert verify().first_break is None


def test_purged_rows_are_no_longer_kept_and_what_is_older_than_digests_is_told(
    importing, books, verify, database
):
    first = importing.post(fec(entry(1)))
    second = importing.post(fec(entry(2)), url=ADDRESS.format(2))
    books.undo(first.id)
    batch = books.batch_of(first.id)
    assert purge(database, database.clock.now()) == 1
    verdict = verify()
    assert (verdict.first_break, verdict.purged, verdict.lines) == (None, [batch], 2)
    books.update(tables.batches, batch, lines=1)
    assert verify().first_break.sentence.code == "event-changed"
    assert second.status is Status.DONE


def test_batches_older_than_digests_are_told(importing, books, verify, database):
    importing.post(fec(entry(1)))
    batch = books.rows(tables.batches)[0].id
    with database.for_domain(books.dossier.domain_id).write() as connection:
        connection.execute(tables.events.update().values(digest=None, details=None))
        connection.execute(tables.batches.update().values(content_digest=None))
        connection.execute(tables.batch_blocks.delete())
    importing.post(fec(entry(2)), url=ADDRESS.format(2))
    verdict = verify()
    assert (verdict.first_break, verdict.without_digests) == (None, [batch])
    with database.for_domain(books.dossier.domain_id).write() as connection:
        last = tables.events.c.revision == 2
        connection.execute(tables.events.update().where(last).values(digest=None))
    assert verify().first_break is None  # only a digest kept elsewhere shows this
    kept = verdict.head
    assert verify(expected_head=kept).first_break.sentence.code == "head-unknown"


def test_what_is_published_meanwhile_waits_for_nothing_and_changes_nothing(importing, verify):
    importing.post(fec(entry(1)))

    def publish(_lines):
        if not done:
            done.append(1)
            other = Thread(target=lambda: importing.post(fec(entry(2)), url=ADDRESS.format(2)))
            other.start()
            other.join()

    done = []
    verdict = verify(progress=publish)
    assert (verdict.first_break, verdict.revision, verdict.lines) == (None, 1, 2)
    assert verify().revision == 2


def test_a_verification_is_stopped_between_blocks(importing, verify):
    importing.post(fec(entry(1)))

    def stop(_lines):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(progress=stop)
    assert verify().first_break is None


def test_a_ledger_without_events_is_intact_whatever_its_fiscal_years(verify, database, dossier):
    with database.write() as connection:
        year = {"start": date(2024, 1, 1), "end": date(2024, 12, 31), "state": "open"}
        place = {"domain_id": dossier.domain_id, "dossier_id": dossier.id}
        connection.execute(tables.fiscal_years.insert().values(place | year))
    assert verify().first_break is None


@pytest.mark.parametrize("is_old", [False, True])
def test_the_days_of_a_batch_are_those_of_its_lines(importing, verify, books, monkeypatch, is_old):
    """Those of the first lines of entries alone, once."""
    if is_old:
        entries = Survey.entries
        monkeypatch.setattr(
            Survey, "days", lambda survey: (entries(survey)["entry_date"].min(),) * 2
        )
    one, other = date(2024, 1, 31), date(2024, 2, 2)
    importing.post(
        fec([
            line(1, "607000", debit="10,00", EcritureDate=f"{one:%Y%m%d}"),
            line(1, "401000", credit="10,00", EcritureDate=f"{other:%Y%m%d}"),
        ])
    )  # fmt: skip
    (batch,) = books.rows(tables.batches)
    assert (batch.first_date, batch.last_date) == (one, one if is_old else other)
    assert verify().first_break is None


def test_what_is_changed_of_a_dossier_is_told(importing, verify, database, dossier, caller):
    importing.post(fec(entry(1)))
    of_firm = database.for_domain(caller.domain_id)
    changes = DossierChanges(name="Lumen SA", policies={"openings": "allow"})
    update_dossier(of_firm, caller, "CEGID003", changes)
    update_dossier(of_firm, caller, "CEGID003", DossierChanges(name="Lumen SA"))  # as it is
    last, first = show_audit(of_firm, dossier, 10)["items"]
    assert (first["kind"], last["kind"], last["by"]) == ("published", "dossier-changed", caller.by)
    assert last["details"]["changed"] == {
        "name": ["Atelier Lumen", "Lumen SA"],
        "policies": [{}, {"openings": "allow"}],
    }
    assert verify().first_break is None
