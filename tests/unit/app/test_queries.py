"""Lists are read page by page, in a number of queries that does not grow with the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from ecritures.app.cursors import read_cursor
from ecritures.app.queries import show_dossiers, show_imports
from ecritures.directory.dossiers import create_dossier, get_dossier
from ecritures.imports.queries import ImportFilter
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.submit import submit_import

CODES = ["A1", "B2", "CEGID003", "D4"]


@pytest.fixture
def dossiers(database, domain, dossier):
    for code in CODES:
        if code != dossier.code:
            create_dossier(database, domain, code=code, name="", siren="552100554")


def count_statements(act):
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    return len(statements)


def read_codes(database, caller, limit):
    codes, cursor = [], None
    while True:
        page = show_dossiers(database, caller, limit, read_cursor(cursor, str))
        codes += [item["code"] for item in page["items"]]
        if (cursor := page["nextCursor"]) is None:
            return codes


@pytest.mark.usefixtures("dossiers")
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_the_pages_of_dossiers_hold_each_one_once(database, caller, limit):
    assert read_codes(database, caller, limit) == CODES


@pytest.mark.usefixtures("dossiers")
def test_a_limited_key_lists_its_own_dossiers_only(database, domain, caller):
    mine = frozenset(get_dossier(database, domain.id, code).id for code in ("A1", "D4"))
    assert read_codes(database, replace(caller, dossier_ids=mine), 1) == ["A1", "D4"]
    assert read_codes(database, replace(caller, dossier_ids=frozenset()), 1) == []


def test_a_page_of_imports_takes_as_many_queries_whatever_its_size(database, caller, dossier):
    for number in range(5):
        request = ImportRequest("fec", dossier.code, url=f"https://x.example/{number}")
        submit_import(database, caller, request)

    def read(limit):
        return show_imports(database, caller, ImportFilter(), limit)

    assert count_statements(lambda: read(5)) == count_statements(lambda: read(1)) == 4
    first = read(2)
    rest = show_imports(
        database, caller, ImportFilter(), 5, read_cursor(first["nextCursor"], datetime, str)
    )
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert len(set(ids)) == len(ids) == 5
