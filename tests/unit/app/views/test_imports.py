"""An import as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ecritures.app.views.imports import import_page, import_view
from ecritures.core.sentences import Sentence
from ecritures.database.paging import Page
from ecritures.imports.queries import Attempt, ImportState
from ecritures.imports.request import Phase, SourceKind, Status

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
STATE = ImportState(
    id="5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c",
    object_id="0" * 24,
    kind="fec",
    domain_id=1,
    domain="CABINET1",
    storage_prefix="prefix",
    dossier_id=1,
    dossier="CEGID003",
    siret=None,
    model=None,
    dry_run=False,
    options={},
    source_kind=SourceKind.URL,
    source_location="https://x.example/a?sig=SECRET",
    stored_key=None,
    source_name="a",
    source_bytes=None,
    source_sha256=None,
    status=Status.WAITING,
    phase=Phase.WAITING,
    attempt=1,
    asked_attempt=0,
    due_at=MOMENT,
    asked_at=MOMENT,
    created_at=MOMENT,
    updated_at=MOMENT,
    ended_at=None,
    message=Sentence("code", "En français.", "In English."),
    warnings=[],
    lines_done=3,
    anomaly_count=0,
)
ATTEMPT = Attempt(1, MOMENT, None, "failed", "Échec.", "Failure.")


def test_every_message_is_in_both_languages():
    view = import_view(STATE, [ATTEMPT])
    assert (view["message"], view["messageEn"]) == ("En français.", "In English.")
    [attempt] = view["attempts"]
    assert (attempt["message"], attempt["messageEn"]) == ("Échec.", "Failure.")


def test_an_import_without_a_message_has_none_in_any_language():
    view = import_view(replace(STATE, message=None), [])
    assert (view["message"], view["messageEn"], view["messageCode"]) == (None, None, None)


def test_the_next_attempt_is_that_of_a_waiting_import_only():
    assert import_view(STATE, [])["nextAttemptAt"] == "2026-01-02T03:04:05.678Z"
    assert import_view(replace(STATE, status=Status.DONE), [])["nextAttemptAt"] is None


def test_the_address_of_the_source_is_not_shown():
    assert "SECRET" not in str(import_view(STATE, [ATTEMPT]))


def test_each_import_of_a_page_has_its_own_attempts():
    other = replace(STATE, id="other")
    some = Page([STATE, other], (MOMENT, "other"))
    page = import_page(some, {STATE.id: [ATTEMPT], "other": []}, {STATE.id: [], "other": []})
    assert [len(item["attempts"]) for item in page["items"]] == [1, 0]
    assert page["nextCursor"]
