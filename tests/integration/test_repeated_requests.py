"""The same request again, on the Loop-compatible routes."""

from __future__ import annotations

import time
from collections import Counter

import pytest
import sqlalchemy as sa

from ecritures.imports.request import ImportRequest, Phase
from ecritures.imports.state import claim_import, progress
from ecritures.imports.submission.enqueue import QueueLimits, Waiting
from ecritures.imports.submission.submit import Submission, submit_all
from helpers.importing import ADDRESS

LIMITS = QueueLimits(100, 100, window_seconds=600)


@pytest.fixture
def ask(database, caller, dossier):
    def _ask(*addresses, limits=LIMITS):
        requests = [ImportRequest("fec", dossier.code, url=address) for address in addresses]
        of_firm = database.for_domain(caller.domain_id)
        return submit_all(of_firm, [Submission(caller, one) for one in requests], limits)

    return _ask


def claimed(database, caller, import_id):
    claim = claim_import(database, caller.domain_id, import_id)
    assert claim is not None
    return claim


def test_while_the_first_one_waits_or_downloads_it_is_joined(ask, database, caller):
    [first] = ask(ADDRESS)
    [again] = ask(ADDRESS)
    claimed(database, caller, first.import_id)
    [third] = ask(ADDRESS)
    assert {first.import_id, again.import_id, third.import_id} == {first.import_id}


def test_once_its_file_has_arrived_another_import_reads_it_anew(ask, database, caller):
    """Another content may have been put at the same address meanwhile."""
    [first] = ask(ADDRESS)
    progress(database, claimed(database, caller, first.import_id), phase=Phase.CHECK)
    [again] = ask(ADDRESS)
    assert (again.import_id != first.import_id, again.deduplicated) == (True, False)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_imports_that_are_joined_are_locked_in_one_order(ask, database):
    """Whatever the order of the requests: two processes do not wait for each other."""
    addresses = [f"{ADDRESS}?{number}" for number in range(4)]
    first = [one.import_id for one in ask(*addresses)]
    counted = []

    def note(_connection, statement, many, *_):
        if "requested_times" in str(statement) and "UPDATE" in str(statement):
            counted.append([one["duplicate"] for one in many])

    engine = database._backend._engine
    sa.event.listen(engine, "before_execute", note)
    try:
        for order in (addresses, addresses[::-1]):
            ask(*order)
    finally:
        sa.event.remove(engine, "before_execute", note)
    assert counted == [sorted(first)] * 2


@pytest.mark.parametrize("believed", [0, 1], ids=["counted before", "counted in the midst"])
def test_counting_in_the_midst_of_a_round_does_not_forget_what_it_took(ask, caller, believed):
    """With one believed to wait, it looks full before it is, and is counted again."""
    waiting = Waiting(Counter({caller.domain_id: believed}), time.monotonic() + 60)
    limits = QueueLimits(100, 3, window_seconds=600, waiting=waiting if believed else Waiting())
    done = ask(*(f"{ADDRESS}?{number}" for number in range(8)), limits=limits)
    codes = [getattr(getattr(one, "sentence", None), "code", "enqueued") for one in done]
    assert codes == ["enqueued"] * 3 + ["domain-queue-full"] * 5
