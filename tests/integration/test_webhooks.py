"""What webhooks are told: once for each event, in order, signed, and again when it fails."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.app.actions.deposits import open_deposit
from ecritures.app.actions.imports import cancel_import
from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.database.tables import deliveries, events, webhooks
from ecritures.imports.execution.retry_policy import RetryPolicy
from ecritures.imports.files.source_files import store_upload
from ecritures.imports.request import Status
from ecritures.imports.state import announce, claim_import, end_overdue, recover
from ecritures.sources.files import sha256_of
from ecritures.webhooks.deliveries import (
    LEASE,
    Outcome,
    claim_next,
    enqueue,
    forget_deliveries,
    page_deliveries,
    resend,
    settle,
)
from ecritures.webhooks.fake import FakePoster
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.registration import (
    ROTATION,
    check_address,
    insert_webhook,
    remove_webhook,
    rotate_secret,
)
from ecritures.webhooks.sender import Sender
from ecritures.webhooks.signing import signed_headers
from ecritures.worker.housekeeping import tidy
from helpers.balances import read_balance
from helpers.fec import entries, fec, line

pytestmark = pytest.mark.fake_clock

FILE = fec(entries(1))
UNBALANCED = fec([line(debit="10,00"), line(account="401000", credit="9,00")])
DAY = timedelta(days=1)


class Told:
    """A webhook, and what its receiver gets."""

    def __init__(self, database, domain_id, settings, *kinds):
        self.database = database.for_domain(domain_id)
        self.domain_id = domain_id
        self.poster = FakePoster()
        policy = RetryPolicy.from_settings(settings)
        self.sender = Sender(
            database, self.poster, lambda *failure: policy.next_attempt(*failure, 1)
        )
        with self.database.write() as connection:
            now = database.clock.now()
            self.webhook = insert_webhook(
                connection, domain_id, "https://firm.example/", kinds, now
            )

    def enqueue(self, subject, kind=EventName.IMPORT_UNDONE, **body):
        with self.database.write() as connection:
            now = self.database.clock.now()
            enqueue(connection, self.domain_id, kind, subject, body, now)

    @property
    def rows(self):
        """Every delivery, newest first."""
        with self.database.read() as connection:
            return page_deliveries(connection, self.domain_id, self.webhook.id, 100).items

    @property
    def states(self):
        return [str(row.state) for row in self.rows]

    @property
    def arrived(self):
        """The documents that were sent, in order."""
        return [json.loads(body) for _, _, body in self.poster.sent]

    @property
    def data(self):
        return [document["data"] for document in self.arrived]


@pytest.fixture
def told(database, domain, settings):
    return Told(database, domain.id, settings)


def test_a_published_import_is_told_with_the_head_of_the_ledger(importing, told, database, dossier):
    state = importing.post(FILE)
    assert told.sender.send_due() == 1

    [document] = told.arrived
    assert document["type"] == "import.ended"
    data = document["data"]
    assert (data["id"], data["dossier"], data["status"]) == (state.id, dossier.code, 3)
    assert (data["lines"], data["anomalyCount"]) == (2, state.anomaly_count)
    with database.for_domain(dossier.domain_id).read() as connection:
        head = connection.execute(sa.select(events.c.digest)).scalar_one()
    assert data["ledger"] == {"revision": 1, "head": head}
    [(address, headers, body)] = told.poster.sent
    assert address == "https://firm.example/"
    signed = signed_headers(
        headers["webhook-id"], body.decode(), [told.webhook.secret], database.clock.now()
    )
    assert headers == signed
    assert told.states == ["delivered"]
    assert told.sender.send_due() == 0


def test_every_other_end_is_told_once(importing, told, database):
    refused = importing.post(UNBALANCED)
    cancelled = importing.submit(FILE)
    cancel_import(database, cancelled.id)
    overdue = importing.submit(FILE)
    claim_import(database, overdue.domain_id, overdue.id)
    database.clock.advance(DAY)
    end_overdue(database, 6)
    dead = importing.submit(FILE)
    claim_import(database, dead.domain_id, dead.id)
    database.clock.advance(DAY)
    recover(database, 0)

    told.sender.send_due()
    ends = [(one["id"], one["status"], one["messageCode"], one["ledger"]) for one in told.data]
    assert ends == [
        (refused.id, 4, refused.message.code, None),
        (cancelled.id, 4, "import-cancelled", None),
        (overdue.id, 4, "ran-too-long", None),
        (dead.id, 4, "interrupted-too-often", None),
    ]


def test_what_goes_on_and_what_is_only_checked_is_not_told(importing, told, database):
    importing.post(FILE, dry_run=True)
    waits = importing.submit(FILE)
    claim_import(database, waits.domain_id, waits.id)
    database.clock.advance(DAY)
    recover(database, 10)
    assert importing.state.status is Status.WAITING
    assert told.rows == []


def test_a_publication_that_is_rolled_back_tells_nothing(
    importing, told, database, dossier, monkeypatch
):
    real = announce.enqueue

    def fail(*arguments):
        real(*arguments)
        monkeypatch.setattr(announce, "enqueue", real)
        message = "the disk is full"
        raise OSError(message)

    monkeypatch.setattr(announce, "enqueue", fail)
    importing.post(FILE)
    assert told.rows == []
    assert read_balance(database, dossier).debit_cents == 0
    assert importing.run_to_the_end().status is Status.DONE
    told.sender.send_due()
    assert [one["status"] for one in told.data] == [3]


def test_a_webhook_is_told_only_what_it_wants_and_another_firm_nothing(
    database, domain, settings, told
):
    only = Told(database, domain.id, settings, EventName.YEAR_CLOSED)
    told.enqueue("a")
    told.enqueue("b", EventName.YEAR_CLOSED, final=True)
    assert [row.subject for row in told.rows] == ["b", "a"]
    assert [row.subject for row in only.rows] == ["b"]
    with database.write() as connection:
        enqueue(connection, domain.id + 1, EventName.YEAR_CLOSED, "c", {}, database.clock.now())
    assert len(told.rows) == 2


def test_a_subject_is_told_in_order_and_a_failure_holds_up_no_other(told, database):
    told.poster.statuses = [500]
    for subject, number in (("a", 1), ("a", 2), ("b", 3)):
        told.enqueue(subject, n=number)
    assert told.sender.send_due() == 2
    assert [one["n"] for one in told.data] == [1, 3]
    assert told.states == ["delivered", "waiting", "waiting"]

    first = told.rows[-1]
    assert (first.answer_status, first.answer, first.attempt) == (500, "webhook-refused", 1)
    database.clock.advance(first.due_at - database.clock.now())
    assert told.sender.send_due() == 2
    assert [one["n"] for one in told.data] == [1, 3, 1, 2]
    ids = [headers["webhook-id"] for _, headers, _ in told.poster.sent]
    assert ids[0] == ids[2]
    assert len(set(ids)) == 3


def test_a_receiver_that_fails_for_a_day_is_given_up_until_somebody_asks(told, database):
    start = database.clock.now()
    told.poster.statuses = [503] * 1000
    told.enqueue("a", n=1)
    told.enqueue("a", n=2)
    while told.states[-1] == "waiting":
        database.clock.advance(max(told.rows[-1].due_at - database.clock.now(), timedelta(0)))
        told.sender.send_due()
    assert told.rows[-1].ended_at - start >= DAY
    assert told.states == ["failed", "failed"]  # the second had waited as long

    told.poster.statuses = []
    told.poster.sent.clear()
    failed = told.rows[-1]
    with told.database.write() as connection:
        resend(connection, told.domain_id, told.webhook.id, failed.id, database.clock.now())
    told.sender.send_due()
    assert [headers["webhook-id"] for _, headers, _ in told.poster.sent] == [failed.id]
    assert told.states == ["failed", "delivered"]
    assert told.rows[-1].attempt == 1


def test_what_a_dead_sender_had_claimed_is_sent_again_with_the_same_id(told, database):
    told.enqueue("a")
    lost = claim_next(told.database, told.domain_id, told.webhook.id)
    assert told.sender.send_due() == 0
    database.clock.advance(LEASE + timedelta(seconds=1))
    assert told.sender.send_due() == 1
    [(_, headers, _)] = told.poster.sent
    assert headers["webhook-id"] == lost.delivery.id
    assert told.rows[0].attempt == 2


def test_a_sender_that_was_frozen_changes_nothing_afterwards(told, database):
    told.enqueue("a")
    frozen = claim_next(told.database, told.domain_id, told.webhook.id)
    database.clock.advance(LEASE + timedelta(seconds=1))
    told.sender.send_due()
    settle(told.database, frozen, Outcome(500, "webhook-refused"), None)
    assert told.states == ["delivered"]


def test_while_a_secret_is_replaced_both_sign(told, database):
    with told.database.write() as connection:
        now = database.clock.now()
        rotated = rotate_secret(connection, told.domain_id, told.webhook.id, now)
    assert rotated.secret != told.webhook.secret
    told.enqueue("a")
    told.sender.send_due()
    database.clock.advance(ROTATION)
    told.enqueue("b")
    told.sender.send_due()
    counts = [len(headers["webhook-signature"].split(" ")) for _, headers, _ in told.poster.sent]
    assert counts == [2, 1]


def test_a_removed_webhook_is_told_nothing_more(told, database):
    told.enqueue("a")
    with told.database.write() as connection:
        remove_webhook(connection, told.domain_id, told.webhook.id, database.clock.now())
    told.enqueue("b")
    assert told.sender.send_due() == 0
    with told.database.read() as connection:
        states = connection.execute(sa.select(deliveries.c.state)).scalars().all()
    assert states == ["failed"]
    with pytest.raises(NotFoundError):
        _ = told.rows


def test_what_has_ended_is_forgotten_after_its_time(told, database):
    told.poster.statuses = [200, 500]
    told.enqueue("a")
    told.enqueue("b")
    told.sender.send_due()
    forget_deliveries(database, database.clock.now() - DAY)
    assert len(told.rows) == 2
    forget_deliveries(database, database.clock.now())
    assert [(row.subject, str(row.state)) for row in told.rows] == [("b", "waiting")]
    with told.database.write() as connection:
        remove_webhook(connection, told.domain_id, told.webhook.id, database.clock.now())
    forget_deliveries(database, database.clock.now())
    with told.database.read() as connection:
        assert connection.execute(sa.select(webhooks.c.id)).all() == []


def test_a_file_that_was_sent_with_a_request_is_no_deposit(importing, told, database, tmp_path):
    sent = tmp_path / "sent"
    sent.write_bytes(FILE)
    store_upload(importing.deps, told.domain_id, sent, sha256_of(sent))
    database.clock.advance(30 * DAY)
    tidy(importing.deps)
    assert told.rows == []


def test_a_deposit_that_no_import_used_is_told_when_it_is_removed(importing, told, database):
    unused = open_deposit(importing.deps, importing.caller, "x.txt", "http://here")
    database.clock.advance(29 * DAY)
    tidy(importing.deps)
    assert told.rows == []
    database.clock.advance(DAY)
    tidy(importing.deps)
    tidy(importing.deps)
    told.sender.send_due()
    [document] = told.arrived
    assert document["type"] == "deposit.unused"
    assert document["data"] == {"uri": unused.uri, "createdAt": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    "url",
    [
        *("http://firm.example/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/"),
        *("ftp://firm.example/", "firm.example", "https://169.254.169.254/"),
    ],
)
def test_an_address_that_could_never_be_told_is_refused_at_once(url):
    with pytest.raises(RefusedRequestError):
        check_address(url, allow_private_addresses=False)


def test_a_private_address_is_for_operators_who_allow_it():
    with pytest.raises(RefusedRequestError):
        check_address("http://127.0.0.1:8080/hook", allow_private_addresses=False)
    check_address("http://127.0.0.1:8080/hook", allow_private_addresses=True)
    check_address("https://firm.example/hook", allow_private_addresses=False)
