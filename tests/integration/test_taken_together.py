"""Requests that come at the same moment: one transaction, and each its own answer."""

from __future__ import annotations

from ecritures.api.http.rate_limit import RateLimit
from ecritures.api.loop.submit_together import SubmissionBatch, UnauthenticatedRequest
from ecritures.config.settings import Settings
from ecritures.core.errors import BusyError, RefusedRequestError, UnauthorizedError
from ecritures.database.tables import domains
from ecritures.directory.authentication import authenticate_all
from ecritures.imports.queries import ImportFilter, get_import, list_imports
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.enqueue import Enqueued, QueueLimits
from ecritures.imports.submission.submit import Submission, submit_all
from helpers.transitions import claim_import

ADDRESS = "https://x.example/a"
LIMITS = QueueLimits(queue_imports_max=100, domain_queue_imports_max=100, window_seconds=600)


def asked(caller, dossier, name, **fields):
    return Submission(
        caller, ImportRequest("fec", dossier, url=f"https://x.example/{name}", **fields)
    )


def test_the_same_request_twice_in_one_round_is_one_import(database, caller, dossier):
    both = [asked(caller, dossier.code, "a"), asked(caller, dossier.code, "a")]
    first, second = submit_all(database, both, LIMITS)
    assert (first.deduplicated, second.deduplicated) == (False, True)
    assert first.import_id == second.import_id
    assert get_import(database, first.import_id).requested_times == 2


def test_a_refused_request_takes_nothing_from_its_neighbours(database, caller, dossier):
    done = submit_all(
        database,
        [
            asked(caller, dossier.code, "a"),
            asked(caller, "ABSENT", "b"),
            asked(caller, dossier.code, "c", siret="1"),
            asked(caller, dossier.code, "d"),
        ],
        LIMITS,
    )
    assert [type(one) for one in done] == [
        Enqueued,
        RefusedRequestError,
        RefusedRequestError,
        Enqueued,
    ]
    kept = {one.id for one in list_imports(database, caller, ImportFilter(), 10).items}
    assert kept == {done[0].import_id, done[3].import_id}


def test_one_round_does_not_overfill_the_queue(database, caller, dossier):
    round_ = [asked(caller, dossier.code, f"{number}") for number in range(4)]
    done = submit_all(database, round_, QueueLimits(100, 3, 600))
    assert [type(one) for one in done] == [Enqueued, Enqueued, Enqueued, BusyError]


def test_what_has_left_the_queue_makes_room_at_once(database, caller, dossier):
    limits = QueueLimits(100, 1, 600)
    [first] = submit_all(database, [asked(caller, dossier.code, "a")], limits)
    [full] = submit_all(database, [asked(caller, dossier.code, "b")], limits)
    claim_import(database, first.import_id)
    [after] = submit_all(database, [asked(caller, dossier.code, "b")], limits)
    assert [type(one) for one in (first, full, after)] == [Enqueued, BusyError, Enqueued]


def test_an_unknown_caller_is_told_nothing_of_its_body(database, key, dossier, tmp_path):
    good = ImportRequest("fec", dossier.code, url="https://x.example/a")
    bad = RefusedRequestError("body-not-json", "Pas du JSON.", "Not JSON.")
    rate, woken = RateLimit(database.clock, 0, 0), []
    batch = SubmissionBatch(Settings(data_dir=tmp_path), database, rate, lambda: woken.append(1))
    done = batch.process(
        [
            UnauthenticatedRequest(None, bad),
            UnauthenticatedRequest(key, bad),
            UnauthenticatedRequest("a:b", good),
            UnauthenticatedRequest(key, good),
        ]
    )
    assert [type(one) for one in done] == [
        UnauthorizedError,
        RefusedRequestError,
        UnauthorizedError,
        Enqueued,
    ]
    assert woken


def test_each_credential_of_a_round_has_its_own_caller(database, key, other_key):
    found = authenticate_all(database, [key, None, other_key, f"{key}x", key])
    assert [type(one) is UnauthorizedError for one in found] == [False, True, False, True, False]
    assert found[0] == found[4] != found[2]


def test_saved_rules_that_are_no_longer_valid_are_the_matter_of_their_own_firm(
    database, domain, key, other_key, dossier, tmp_path
):
    with database.write() as connection:
        broken = domains.update().where(domains.c.id == domain.id)
        connection.execute(broken.values(settings={"block": ["FEC-RIEN-99"]}))
    rate = RateLimit(database.clock, 0, 0)
    batch = SubmissionBatch(Settings(data_dir=tmp_path), database, rate, lambda: None)

    theirs, missing, good = batch.process(
        [
            UnauthenticatedRequest(key, ImportRequest("fec", dossier.code, url=ADDRESS)),
            UnauthenticatedRequest(key, ImportRequest("fec", None, url=ADDRESS)),
            UnauthenticatedRequest(other_key, ImportRequest("fec", "AUTRE", url=ADDRESS)),
        ]
    )

    assert isinstance(theirs, RefusedRequestError)
    assert "FEC-RIEN-99" in theirs.sentence.fr
    assert missing.sentence.code == "dossier-missing"
    assert isinstance(good, Enqueued)
