"""Versions of one import model, kept at the same moment."""

from __future__ import annotations

import threading

import pytest

from ecritures.app.actions.import_models import add_model
from ecritures.formats.layouts.builtin import builtin_document
from ecritures.imports.submission.import_models import versions_of

pytestmark = pytest.mark.timing

KEPT = 8


def test_each_has_its_own_number(database, domain):
    errors = []
    start = threading.Barrier(KEPT)

    def keep(number):
        document = builtin_document("csv") | {"name": "mien", "title": f"Version {number}"}
        start.wait()
        try:
            add_model(database, domain.id, document)
        except Exception as error:  # noqa: BLE001 - looked at below
            errors.append(error)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(KEPT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    found = [one.version for one in versions_of(database, domain.id, "mien")]
    assert sorted(found) == list(range(1, KEPT + 1))
