"""Random histories of everything that changes a ledger, compared with a model in plain Python.

The seed is printed; `ECRITURES_MACHINE_SEED` repeats a run, `ECRITURES_MACHINE_EXAMPLES` says how
many histories there are.
"""

from __future__ import annotations

import itertools
import os
import random
import secrets
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ecritures.app.actions import closing
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.imports import confirm_import
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.config.settings import Settings
from ecritures.core.clock import FakeClock
from ecritures.core.errors import ConflictError, NotFoundError
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import FiscalYear, create_dossier, get_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from ecritures.ledger.loading.purge import purge
from helpers import ledger_files as files
from helpers.balances import read_balance
from helpers.importing import Importing
from helpers.ledger_files import SCOPES, YEARS
from helpers.ledger_model import Model, Scope, codes_of_refusal
from helpers.ledgers import Books, kinds
from helpers.postgresql import postgresql_server

if TYPE_CHECKING:
    from ecritures.directory.domains import Domain

EXAMPLES = int(os.environ.get("ECRITURES_MACHINE_EXAMPLES", "5"))
STEPS = 20
SEED = int(os.environ.get("ECRITURES_MACHINE_SEED") or secrets.randbits(32))
LIMITS = [date(2023, 12, 31), date(2024, 1, 15), date(2024, 2, 29), date(2024, 12, 31)]
NUMBERS = (*range(1, 13), *files.OPENING_NUMBERS)
NEW = st.lists(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from((0, 0, 0, 1, 2))),
    min_size=1, max_size=5, unique_by=lambda one: one[0],
)  # fmt: skip
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "duplicateEntries": st.sampled_from(["refuse", "skip", "skip", "allow"]),
        "lookalikes": st.sampled_from(["skip", "allow"]),
        "openings": st.sampled_from(["refuse", "replace", "allow"]),
        "duplicates": st.sampled_from(["skip", "allow"]),
        "fileValidation": st.sampled_from(["kept", "kept", "kept", "binding"]),
    },
)
ACTS = ("validate", "validate", "validate purchases", "lock", "unlock", "unlock", "close", "reopen")
ACTS += ("reopen", "close finally", "close finally, with drafts")
ANY = st.integers(0, 1000)
OF_THE_FILE = {"groupBy", "unbalanced", "differenceCents"}


class LedgerMachine(RuleBasedStateMachine):
    """Does the same to the ledger of a new dossier and to the model."""

    database: ClassVar[Database]
    domain: ClassVar[Domain]
    folder: ClassVar[Path]
    numbers = itertools.count()
    rules_met: ClassVar[Counter[str]] = Counter()

    @initialize(has_years=st.booleans())
    def begin(self, has_years):
        self.years = YEARS if has_years else []
        self.model = Model(self.years)
        code = f"D{next(self.numbers)}"
        years = [FiscalYear(*one) for one in self.years]
        made = create_dossier(
            self.database, self.domain, code=code, name="", siren="079555421", years=years
        )
        self.dossier = made
        self.caller = Caller("", self.domain.id, self.domain.code, None)
        self.own = self.database.for_domain(self.domain.id)
        settings = Settings(data_dir=self.folder)
        self.importing = Importing(settings, self.database, made, self.caller)
        self.books = Books(self.database, made)
        self.imports = []  # of each batch of the model: its import, or None
        self.files = []
        self.dry = None
        self._append([files.entry_of(number, 0) for number in range(1, 7)], {})

    # Imports.

    @rule(new=NEW, policies=POLICIES, letter=st.booleans(), numbered=st.sampled_from("yyyn"))
    def append(self, new, policies, letter, numbered):
        held = [files.entry_of(*one) for one in new]
        if numbered == "n":
            held = [files.without_number(one) for one in held]
            policies |= {"groupBy": "journal-piece-date"}
        if letter:
            held = [files.lettered(one, "AA") for one in held]
        self._append(held, policies)

    @rule(new=NEW, cents=st.sampled_from((-2, 1, 500)), policy=st.sampled_from(
        ("refuse", "difference", "suspense")
    ))  # fmt: skip
    def append_off_balance(self, new, cents, policy):
        held = [files.entry_of(*one) for one in new]
        held[0] = files.off_balance(held[0], cents)
        options = {"unbalanced": policy, "duplicateEntries": "skip"}
        options |= {"differenceCents": 2} if policy == "difference" else {}
        posted = [files.balanced(one, policy) for one in held] if policy != "refuse" else held
        is_refused = policy == "refuse" or (policy == "difference" and cents == 500)
        codes = {"import-refused", "unbalanced-too-much"} if is_refused else set()
        self._append(held, options, posted, codes)

    @precondition(lambda self: self.files)
    @rule(which=ANY, policies=POLICIES)
    def append_again(self, which, policies):
        held, options, posted, codes = self.files[which % len(self.files)]
        kept = {k: v for k, v in options.items() if k in OF_THE_FILE}
        if "unbalanced" in kept:
            policies.pop("fileValidation", None)
        self._append(held, kept | policies, posted, codes)

    @rule(
        scope=st.sampled_from(sorted(SCOPES)), drop=ANY, change=ANY, new=st.sampled_from(NUMBERS),
        version=st.sampled_from((1, 2)), planned=st.booleans(),
        reverse=st.sampled_from((False, False, True)),
        how=st.sampled_from(("same", "changed", "dropped", "added")),
    )  # fmt: skip
    def replace(self, scope, drop, change, version, new, planned, how, reverse):
        option, limits = SCOPES[scope]
        if reverse:
            self._validate(LIMITS[-1], None)
        inside = [one for one in self.model.now().values() if limits.holds(one) and one.number]
        inside = [one for one in inside if one.is_known and not one.is_made]
        # Of entries alike, the first is compared: another may have another lettering.
        held = list({one.number: one for one in reversed(inside)}.values())
        if how == "dropped" and len(held) > 1:
            held.pop(drop % len(held))
        if how == "changed" and held:
            place = change % len(held)
            held[place] = self._other(held[place], version)
        if how == "added" and new not in map(files.number_of, held):
            held.append(files.entry_of(new, 0))
        if not held:
            return
        options = {"replace": option} | ({"definitive": "reverse"} if reverse else {})
        if planned:
            self._plan(held, options)
            self.confirm()
        else:
            self._run(held, options, partial(self._verdict, held, options))

    def _other(self, entry, version):
        if version == 2:
            return replace(entry, label=entry.label + " bis", is_known=True)
        held = tuple(
            one._replace(debit=one.debit + bool(one.debit), credit=one.credit + bool(one.credit))
            for one in entry.lines
        )
        return replace(entry, lines=held, is_known=True)

    @rule(new=NEW, policies=POLICIES)
    def plan(self, new, policies):
        self._plan([files.entry_of(*one) for one in new], policies)

    @precondition(lambda self: self.dry)
    @rule()
    def confirm(self):
        if not self.dry:
            return
        (import_id, held, options, planned), self.dry = self.dry, None
        confirm_import(self.database, import_id)
        verdict = self._verdict(held, options, planned=True)
        if verdict.signature != planned.signature:
            verdict.refusals.add("plan-changed")
        self._settle(self.importing.run(import_id), held, options, verdict)

    def _plan(self, held, options):
        """Make a dry run, and compare what it says with what the model would do."""
        verdict = self._verdict(held, options)
        state = self._post(held, options, dry_run=True)
        if "import-refused" in verdict.refusals:
            assert state.message.code == "dry-run-refused"
            return
        assert state.status is Status.DONE, state.message
        told = {one["code"] for one in state.plan["refusals"]}
        assert told <= verdict.refusals
        assert bool(told) is bool(verdict.refusals)
        counts = {name: state.plan["impact"]["entries"][name] for name in verdict.counts}
        assert counts == verdict.counts
        duplicates = state.plan["impact"]["duplicates"]
        told = tuple(duplicates[name] for name in ("entries", "lookalikes", "numberReused"))
        assert told == verdict.duplicates
        assert state.plan["ledgerRevision"] == self.model.revision
        if not verdict.refusals:
            self._check_balances(state.plan["impact"]["balances"], verdict)
        self.dry = state.id, held, options, verdict

    def _check_balances(self, told, verdict):
        before = self._totals()
        other = Model(self.years)
        other.batches = [replace(one) for one in self.model.batches]
        other.history, other.validated = list(self.model.history), set(self.model.validated)
        other.publish(verdict, b"")
        after = self._totals(other)
        assert {one["account"]: (one["beforeCents"], one["afterCents"]) for one in told} == {
            account: (before[account], after[account])
            for account in before.keys() | after.keys()
            if before[account] != after[account]
        }

    def _totals(self, model=None):
        balance = (model or self.model).balance()
        return Counter({account: debit - credit for account, (debit, credit) in balance.items()})

    def _append(self, held, policies, posted=None, codes=()):
        def judge():
            verdict = self._verdict(posted or held, policies, content=files.file_of(held))
            verdict.refusals |= set(codes)
            return verdict

        self.files.append((held, policies, posted, codes))
        self._run(held, policies, judge)

    def _verdict(self, held, options, *, planned=False, content=None):
        file = dict(enumerate(held, 1))
        if "replace" in options:
            scope = next(one for said, one in SCOPES.values() if said == options["replace"])
            how = {"planned": planned, "reverse": "definitive" in options}
            found = self.model.replace(file, scope, **how)
        else:
            found = self.model.append(file, content or files.file_of(held), options)
        may_be_known = "replace" in options or options.get("duplicateEntries", "refuse") != "refuse"
        years = {self.model.years.get(self.model.year_of(one.day), "open") for one in held}
        if not may_be_known and years - {"open"}:
            found.refusals.add("import-refused")  # by a rule about the file, before any other
        return found

    def _run(self, held, options, judge):
        verdict = judge()
        self._settle(self._post(held, options), held, options, verdict)

    def _post(self, held, options, **request):
        url = f"https://files.example/{next(self.numbers)}.txt"
        return self.importing.post(files.file_of(held), url=url, options=dict(options), **request)

    def _settle(self, state, held, options, verdict):
        if verdict.known:
            verdict.refusals.clear()
        assert state.status in {Status.DONE, Status.ENDED_WITH_ERROR}, state.message
        if verdict.refusals:
            assert state.message, "what the model refuses was posted"
            assert state.message.code in verdict.refusals, (state.message, verdict.refusals)
            return
        assert state.status is Status.DONE, state.message
        binding = options.get("fileValidation") == "binding"
        self.model.publish(verdict, files.file_of(held), binding=binding)
        self.imports.append(state.id)
        self.imports += [None] * bool(verdict.reversed)
        self.rules_met["replaced" if "replace" in options else "posted"] += 1

    @precondition(lambda self: self.model.batches)
    @rule(which=ANY, force=st.booleans(), reverse=st.sampled_from((False, False, True)))
    def undo(self, which, force, reverse):
        batch = self._pick(which)
        if reverse:
            self._validate(LIMITS[-1], None)  # else there is seldom anything to reverse
        act = partial(self.model.undo, batch, force=force, reverse=reverse)
        options = {"force": force} | ({"definitive": "reverse"} if reverse else {})
        self._move(act, partial(self.books.undo, self.imports[batch], **options), batch)

    @precondition(lambda self: self.model.in_force())
    @rule(which=ANY, force=st.booleans())
    def undo_and_restore(self, which, force):
        before = self.model.now()
        there = [one for one in self.model.in_force() if self.imports[one]]
        batch = there[which % len(there)]
        act = partial(self.model.undo, batch, force=force)
        if self._move(act, partial(self.books.undo, self.imports[batch], force=force), batch):
            self.restore(batch, force, exactly=True)
            assert self.model.batches[batch].opened is None or self.model.now() == before

    @precondition(lambda self: self.model.batches)
    @rule(which=ANY, force=st.booleans())
    def restore(self, which, force, exactly=False):  # noqa: FBT002
        batch = which if exactly else self._pick(which)
        act = partial(self.model.restore, batch, force=force)
        self._move(act, partial(self.books.restore, self.imports[batch], force=force), batch)

    def _pick(self, which):
        """Choose a batch that an import has made."""
        those = [number for number, one in enumerate(self.imports) if one]
        return those[which % len(those)]

    def _move(self, act, do, batch):
        """Undo or restore; return whether it was done."""
        count = len(self.model.batches)
        one = self.model.batches[batch]
        there = one.opened is not None
        if codes := codes_of_refusal(act):
            with pytest.raises(ConflictError) as caught:
                do()
            assert (set(kinds(caught.value)) or {caught.value.sentence.code}) == codes
            self.rules_met.update(f"refused {code}" for code in codes)
            return False
        view = do()
        assert view["ledgerRevision"] == self.model.revision
        if len(self.model.batches) > count:
            self.imports.append(None)
            made = len(self.model.batches[-1].entries)
            assert view["reversalEntries"] + view["entriesRestored"] == made
            self.rules_met["reversed"] += 1
            return False
        moved = view["entriesRemoved"], view["entriesRestored"]
        expected = len(one.entries), len(one.removes)
        assert moved == (expected if there else expected[::-1])
        self.rules_met["undone" if there else "restored"] += 1
        return there

    # Validation, locks, years, purges.

    @rule(what=st.sampled_from(ACTS), limit=st.sampled_from(LIMITS), which=st.booleans())
    def administer(self, what, limit, which):
        """Change what is definitive or locked: one rule, since it prevents much of the others."""
        if what in {"validate", "validate purchases"}:
            self._validate(limit, ("HA",) if "purchases" in what else None)
        elif what == "lock":
            self._lock(limit)
        elif what == "unlock":
            self._unlock()
        elif self.years and what == "reopen":
            self._reopen(self.years[which])
        elif self.years:
            self._close(
                self.years[which], final="finally" in what, validates=what.endswith("drafts")
            )

    def _validate(self, through, journals):
        fields = ValidationFields(through, journals)
        ask = partial(validate, self.own, self.caller, self.dossier.code, fields)
        known = {e.journal for one in self.model.batches for e in one.entries.values()}
        if journals and not known.issuperset(journals):
            with pytest.raises(NotFoundError):
                ask()
            return
        assert ask().view["entriesValidated"] == self.model.validate(through, journals)

    def _lock(self, until):
        is_done = self._ask(closing.lock, until)
        assert is_done is (self.model.locked is None or until > self.model.locked)
        if is_done:
            self.model.locked = until
            self.model.step()

    def _unlock(self):
        is_done = self._ask(closing.unlock, None)
        held, closed = self.model.locked, self.model.closed
        assert is_done is bool(held and not (closed and held <= closed))
        if is_done:
            self.model.locked = None
            self.model.step()

    def _close(self, year, *, final, validates):
        name, state = str(year[1].year), self.model.years[year]
        if not final:
            is_done = self._ask(closing.close_fiscal_year, name)
            assert is_done is (state == "open")
            return self.model.set_year(year, "closed") if is_done else None
        earlier = year != self.years[0] and self.model.years[self.years[0]] != "final"
        ended = Scope(end=year[1])
        drafts = [p for p, e in self.model.now().items() if ended.holds(e)]
        drafts = set(drafts) - self.model.validated
        is_done = self._ask(closing.close_fiscal_year, name, final=True, validate=validates)
        if state == "final" or earlier or (drafts and not validates):
            assert not is_done
        if not is_done:  # or for its openings, which are not modelled
            return None
        if drafts:
            self.model.validate(year[1], None)
        self.model.closed = max(year[1], self.model.closed or year[1])
        return self.model.set_year(year, "final")

    def _reopen(self, year):
        is_done = self._ask(closing.reopen_fiscal_year, str(year[1].year))
        assert is_done is (self.model.years[year] == "closed")
        if is_done:
            self.model.set_year(year, "open")

    def _ask(self, act, *arguments, **options):
        request = DossierRequest(self.own, self.caller, self.dossier.code, "Motif")
        try:
            act(request, *arguments, **options)
        except (ConflictError, BlockedError):
            return False
        return True

    @precondition(lambda self: any(one.opened is None for one in self.model.batches))
    @rule()
    def purge(self):
        self.database.clock.advance(timedelta(seconds=1))
        purge(self.database, self.database.clock.now())
        self.model.purge()

    @invariant()
    def the_ledger_is_the_model(self):
        dossier = get_dossier(self.database, self.domain.id, self.dossier.code)
        assert dossier.ledger_revision == self.model.revision
        events = tables.events.c.dossier_id == dossier.id
        revisions = sorted(one.revision for one in self.books.rows(tables.events, events))
        assert revisions == list(range(1, self.model.revision + 1))
        chance = random.Random(self.model.revision)  # noqa: S311 - any chance does
        numbers = self._batch_numbers()
        past = [chance.randint(0, self.model.revision) for _ in range(3)]
        for revision in (None, *past):
            held = self.model.history[-1 if revision is None else revision]
            assert files.read_ledger(self.database, dossier, revision) == {
                (numbers[batch], rank): files.as_read(entry)
                for (batch, rank), entry in held.items()
                if not self.model.batches[batch].is_purged
            }, revision
        assert all(entry.cents == 0 for entry in self.model.now().values())
        self._check_balance(dossier, None, None)
        days = sorted(chance.choice(files.DAYS) for _ in range(2))
        self._check_balance(dossier, *days)

    def _batch_numbers(self):
        """Return the number of each batch of the model."""
        mine = tables.batches.c.dossier_id == self.dossier.id
        return sorted(
            row.id for row in self.books.rows(tables.batches, mine) if row.state != "loading"
        )

    def _check_balance(self, dossier, start, end):
        found = read_balance(self.database, dossier, start, end).accounts
        told = {one.account: (one.debit_cents, one.credit_cents) for one in found}
        assert told == self.model.balance(start, end), (start, end)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def machine(request):
    """The machine, with a database of each kind that all its histories share."""
    folder = Path(tempfile.mkdtemp(prefix="ecritures-machine-"))
    folder.chmod(0o755)
    try:
        if request.param == "postgresql":
            with postgresql_server(folder / "cluster") as server:
                yield from _machine(folder, server.url(server.create_database()))
        else:
            yield from _machine(folder, Settings(data_dir=folder).effective_database_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _machine(folder, url):
    database = Database(url, FakeClock()).for_all_domains()
    migrate(database)
    shared = {"database": database, "domain": create_domain(database, "CABINET"), "folder": folder}
    yield type("LedgerMachine", (LedgerMachine,), shared | {"rules_met": Counter()})
    database.close()


def test_the_ledger_is_the_model_whatever_is_done(machine):
    print(f"ECRITURES_MACHINE_SEED={SEED}")  # noqa: T201 - shown when the test fails
    chosen = hypothesis.settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
        database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(hypothesis.seed(SEED)(machine), settings=chosen)
    print(dict(sorted(machine.rules_met.items())))  # noqa: T201 - what the histories met
    assert machine.rules_met.total() >= EXAMPLES
