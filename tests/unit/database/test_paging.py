"""Pages by key: every row once, in order, whatever the size of the page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ecritures.database.paging import make_page, page_query

TABLE = sa.Table("t", sa.MetaData(), sa.Column("day", sa.Integer), sa.Column("name", sa.String))
ROWS = [(2, "b"), (1, "a"), (2, "a"), (3, "a"), (1, "b"), (2, "c")]


@pytest.fixture
def connection():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        TABLE.create(connection)
        connection.execute(TABLE.insert(), [{"day": day, "name": name} for day, name in ROWS])
        yield connection
    engine.dispose()


def read_pages(connection, columns, limit, *, descending):
    pages, after = [], None
    while True:
        query = page_query(sa.select(*columns), columns, after, limit, descending=descending)
        page = make_page(connection.execute(query).all(), limit, tuple)
        pages.append([tuple(row) for row in page.items])
        if (after := page.next_key) is None:
            return pages


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_the_pages_together_are_the_sorted_table(connection, limit, descending):
    columns = [TABLE.c.day, TABLE.c.name]
    pages = read_pages(connection, columns, limit, descending=descending)
    assert [row for page in pages for row in page] == sorted(ROWS, reverse=descending)
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


def test_a_row_inserted_meanwhile_hides_none_and_repeats_none(connection):
    columns = [TABLE.c.day, TABLE.c.name]
    first = make_page(connection.execute(page_query(sa.select(*columns), columns, None, 2)).all(),
                      2, tuple)  # fmt: skip
    connection.execute(TABLE.insert(), [{"day": 0, "name": "z"}])
    query = page_query(sa.select(*columns), columns, first.next_key, 10)
    assert [tuple(row) for row in connection.execute(query)] == sorted(ROWS)[2:]


def test_an_empty_table_is_one_empty_page(connection):
    connection.execute(TABLE.delete())
    assert read_pages(connection, [TABLE.c.day], 5, descending=False) == [[]]
