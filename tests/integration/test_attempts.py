"""A file is tried again for a day, through any interruption; people may hasten or end that."""

from __future__ import annotations

import errno
import gzip
import itertools
import os
from datetime import timedelta
from pathlib import Path

import pytest
from polars.exceptions import PanicException

from ecritures.app.views.imports import import_view
from ecritures.core.errors import (
    AbsentSourceError,
    ConflictError,
    SourceError,
    TransientSourceError,
)
from ecritures.database.tables import metadata
from ecritures.imports import state as claims
from ecritures.imports.messages import given_up, tried_again
from ecritures.imports.queries import is_wanted
from ecritures.imports.request import Status
from helpers.balances import read_balance
from helpers.importing import ADDRESS, FILE
from helpers.transitions import cancel_import, claim_import, retry_import

RESET = TransientSourceError("download-reset", "Coupé.", "Cut.")
ABSENT = AbsentSourceError("download-not-found", "Rien.", "Nothing.")
WAITING = tried_again(RESET.sentence).fr
FINAL = SourceError("download-forbidden", "Interdit.", "Forbidden.")
pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.fake_clock,
]


def test_a_failure_that_may_pass_is_tried_for_a_day_with_growing_pauses(importing, clock):
    start = clock.now()
    importing.submit(RESET)

    state = importing.run_to_the_end()

    assert state.status is Status.ENDED_WITH_ERROR
    assert state.ended_at == start + timedelta(hours=24)
    attempts = importing.attempts
    day = timedelta(hours=24)
    assert state.message == given_up(RESET.sentence, len(attempts), day, state.id)
    moments = [attempt.started_at for attempt in attempts]
    pauses = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    for number, pause in enumerate(pauses[:-1]):  # the last one is cut by the end of the day
        longest = min(5 * 2**number, 3600)
        assert longest / 2 <= pause <= longest
    assert len(attempts) > 24
    assert {attempt.outcome for attempt in attempts[:-1]} == {"retry"}
    assert attempts[-1].outcome == "failed"


def test_between_two_attempts_it_waits_and_tells_why_and_until_when(importing):
    importing.submit(RESET)

    state = importing.run()

    view = import_view(state, importing.attempts)
    assert (view["status"], view["phase"], view["message"]) == (1, "waiting", WAITING)
    [attempt] = view["attempts"]
    assert (attempt["outcome"], attempt["message"]) == ("retry", WAITING)
    assert attempt["endedAt"] == "2026-01-01T00:00:00.000Z"
    assert "2026-01-01T00:00:02.500Z" <= view["nextAttemptAt"] <= "2026-01-01T00:00:05.000Z"
    assert importing.run().attempt == 1  # not due: nothing happens


def test_a_service_stopped_for_an_hour_goes_on_where_it_was(importing, database, clock, dossier):
    importing.submit(RESET, FILE)
    importing.run()
    clock.advance(timedelta(hours=1))
    importing.restart()

    assert importing.run().status is Status.DONE
    assert importing.outcomes == ["retry", "done"]
    assert read_balance(database, dossier).debit_cents == 24000


def test_a_server_that_asks_to_be_left_alone_is(importing, clock):
    importing.submit(TransientSourceError("download-http-status", "Plus tard.", "Later.", 1800))

    assert importing.run().due_at == clock.now() + timedelta(seconds=1800)


def test_a_file_that_is_not_there_yet_is_found_when_it_comes(importing):
    importing.submit(ABSENT, ABSENT, FILE)

    assert importing.run_to_the_end().status is Status.DONE
    assert importing.outcomes == ["retry", "retry", "done"]


def test_a_file_that_does_not_come_is_given_up_after_a_short_grace(importing, clock):
    start = clock.now()
    importing.submit(ABSENT)

    state = importing.run_to_the_end()

    grace = timedelta(seconds=120)
    told = given_up(ABSENT.sentence, len(importing.attempts), grace, state.id)
    assert (state.status, state.message) == (Status.ENDED_WITH_ERROR, told)
    assert state.ended_at == start + grace


def test_a_final_failure_is_not_tried_again(importing):
    importing.submit(FINAL)
    assert importing.run().status is Status.ENDED_WITH_ERROR
    assert importing.outcomes == ["failed"]


def panic(*_):
    raise PanicException


@pytest.mark.parametrize("fail", [lambda *_: 1 // 0, panic], ids=["an error", "a panic"])
def test_a_failure_of_the_service_itself_is_tried_a_few_times(importing, fail):
    importing.submit(FILE)
    importing.deps.downloader.download = fail

    state = importing.run_to_the_end()

    assert state.message.code == "internal-error"
    assert importing.outcomes == ["internal", "internal", "failed"]


def test_a_full_disk_is_told_and_tried_again(importing):
    importing.submit(FILE)
    original = importing.deps.downloader.download

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    importing.deps.downloader.download = full
    state = importing.run()
    assert (state.status, state.message.code) == (Status.WAITING, "download-disk-full")
    importing.deps.downloader.download = original
    assert importing.run_when_due().status is Status.DONE


def test_a_disk_that_fails_is_waited_for_and_costs_attempts_only(importing, dossier, database):
    importing.submit(FILE)
    scratch = importing.deps.settings.scratch_dir
    scratch.parent.mkdir()
    scratch.touch()  # where a folder is to be, there is something else
    for _ in range(2 * importing.deps.settings.internal_failures_max):
        state = importing.run_when_due()
        assert (state.status, state.message.code) == (Status.WAITING, "disk-unavailable")

    scratch.unlink()

    assert importing.run_when_due().status is Status.DONE
    assert set(importing.outcomes[:-1]) == {"retry"}
    assert read_balance(database, dossier).debit_cents == 24000


def test_an_address_that_has_expired_fails_at_once_and_is_not_asked_for(importing):
    importing.submit(FILE, url=f"{ADDRESS}?sv=2020-08-04&se=2025-12-31T23:59:59Z&sp=r&sig=SECRET")

    state = importing.run()

    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "address-expired")
    assert importing.deps.downloader.asked == []
    assert importing.outcomes == ["failed"]


def test_an_address_that_expires_meanwhile_is_not_asked_for_again(importing):
    importing.submit(RESET, url=f"{ADDRESS}?sv=2020-08-04&se=2026-01-01T02:00:00Z&sp=r&sig=SECRET")

    state = importing.run_to_the_end()

    assert state.message.code == "address-expired"
    assert state.ended_at.hour in {2, 3}


def test_an_address_without_the_right_to_read_is_refused(importing):
    importing.submit(FILE, url=f"{ADDRESS}?sv=2020-08-04&se=2026-02-01&sp=cw&sig=SECRET")
    assert importing.run().message.code == "address-not-readable"
    assert importing.deps.downloader.asked == []


def test_an_address_that_expires_soon_is_accepted_with_a_warning(importing):
    state = importing.submit(
        FILE, url=f"{ADDRESS}?sv=2020-08-04&se=2026-01-01T12:00:00Z&sp=r&sig=SECRET"
    )

    [warning] = import_view(state, [])["warnings"]
    assert warning["code"] == "address-expires-soon"
    assert "2026-01-01 12:00" in warning["message"]
    assert state.message is None
    done = importing.run()
    assert (done.status, done.warnings) == (Status.DONE, state.warnings)


def test_an_address_that_begins_later_is_waited_for(importing, clock):
    state = importing.submit(
        FILE,
        url=f"{ADDRESS}?sv=2020-08-04&st=2026-01-03T00:00:00Z&se=2026-01-04T00:00:00Z&sp=r&sig=SECRET",
    )
    assert (state.due_at - clock.now(), state.warnings) == (timedelta(days=2), [])
    assert importing.run().attempt == 0

    assert importing.run_when_due().status is Status.DONE


@pytest.mark.parametrize("answers", [[FILE], [b"not a FEC"], [FINAL], [RESET, FILE]])
def test_no_signature_is_left_once_an_import_has_ended_well_nor_shown_ever(
    importing, database, answers, capsys
):
    importing.submit(*answers, url=f"{ADDRESS}?sv=2020-08-04&sp=r&sig=SECRET")

    state = importing.run_to_the_end()

    assert "SECRET" not in str(import_view(state, importing.attempts))
    assert "SECRET" not in "".join(capsys.readouterr())
    if state.status is Status.DONE:
        with database.read() as connection:
            for table in metadata.sorted_tables:
                assert "SECRET" not in str(connection.execute(table.select()).all())
        if not database.is_shared:
            database.close()
            for path in Path(database.url.database).parent.glob("ecritures.db*"):
                assert b"SECRET" not in path.read_bytes()


def test_gzip_is_unpacked_and_judged_by_the_name_inside(importing):
    importing.submit(gzip.compress(FILE), url=f"{ADDRESS}.gz")
    state = importing.run()
    assert state.status is Status.DONE
    assert state.report["file"] == "079555421FEC20241231.txt"


def test_a_waiting_import_is_cancelled_for_good(importing, database):
    importing.submit(RESET)
    importing.run()

    state = cancel_import(database, importing.state)

    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "import-cancelled")
    assert state.source_location is None
    assert importing.run().attempt == 1
    with pytest.raises(ConflictError):
        cancel_import(database, state)
    with pytest.raises(ConflictError) as refused:
        retry_import(database, state)
    assert refused.value.sentence.code == "import-source-forgotten"


def test_an_import_cancelled_while_it_runs_posts_nothing(importing, database, dossier):
    importing.submit(FILE)
    original = importing.deps.downloader.download

    def cancel_meanwhile(*arguments):
        cancel_import(database, importing.state)
        return original(*arguments)

    importing.deps.downloader.download = cancel_meanwhile
    state = importing.run()

    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "import-cancelled")
    assert importing.outcomes == ["cancelled"]
    assert not is_wanted(database, state.domain_id, state.id, state.attempt)
    assert read_balance(database, dossier).accounts == ()


@pytest.mark.parametrize("answer", [FILE, b"", RESET])
def test_a_child_that_has_ended_an_attempt_is_not_stopped_before_it_returns(
    importing, database, answer
):
    state = importing.post(answer)

    assert is_wanted(database, state.domain_id, state.id, state.attempt)


def test_what_failed_is_tried_again_with_a_day_of_its_own(importing, database, clock, dossier):
    importing.submit(ABSENT)
    failed = importing.run_to_the_end()
    clock.advance(timedelta(hours=30))

    state = retry_import(database, failed)
    assert (state.status, state.message, state.ended_at) == (Status.WAITING, None, None)
    assert importing.run().status is Status.WAITING  # the grace began anew
    importing.answer(FILE)
    importing.restart()
    assert importing.run_when_due().status is Status.DONE
    assert read_balance(database, dossier).debit_cents == 24000


def test_a_waiting_import_can_be_hastened(importing, database, clock):
    importing.submit(RESET, FILE)
    waiting = importing.run()
    assert waiting.due_at > clock.now()

    retry_import(database, waiting)

    assert importing.run().status is Status.DONE


def test_what_runs_or_is_done_is_not_tried_again(importing, database):
    importing.submit(FILE)
    claim = claim_import(database, importing.state.id)
    with pytest.raises(ConflictError) as refused:
        retry_import(database, importing.state)
    assert refused.value.sentence.code == "import-not-failed"
    claims.requeue(
        database, claim, due_at=database.clock.now(), outcome="retry", message=RESET.sentence
    )
    assert importing.run().status is Status.DONE
    for change in (retry_import, cancel_import):
        with pytest.raises(ConflictError):
            change(database, importing.state)
