"""A clock that was ahead for a while, as a machine's is before it has asked for the time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.core.errors import TransientSourceError
from ecritures.imports.request import Status
from ecritures.worker.recovery import reconcile
from helpers.fec import entries, fec

pytestmark = pytest.mark.fake_clock

FILE = fec(entries(1))
AHEAD = timedelta(hours=1)


def test_an_import_asked_for_meanwhile_is_run_now(importing, clock):
    clock.advance(AHEAD)
    importing.submit(FILE)
    clock.advance(-AHEAD)
    assert importing.run().status is Status.WAITING
    reconcile(importing.deps)
    assert importing.run().status is Status.DONE


def test_an_import_postponed_meanwhile_is_tried_now(importing, clock):
    clock.advance(AHEAD)
    importing.post(TransientSourceError("x", "Non.", "No."), FILE)
    clock.advance(-AHEAD)
    reconcile(importing.deps)
    assert importing.run().status is Status.DONE


def test_a_pause_that_was_meant_is_kept(importing):
    importing.post(TransientSourceError("x", "Non.", "No.", 3600), FILE)
    reconcile(importing.deps)
    assert importing.run().status is Status.WAITING
