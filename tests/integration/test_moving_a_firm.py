"""The commands of `docs/how-to/grow.md` that take a firm from one database to another."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from ecritures.database import Database
from ecritures.directory.dossiers import get_dossier
from helpers.balances import read_balance
from helpers.firms import TABLES_OF_FIRMS, make_firm, rows
from helpers.paths import ROOT
from helpers.postgresql import ADMINISTRATOR, BINARIES

PAGE = ROOT / "docs" / "how-to" / "grow.md"
NUMBERS, EXPORT, LOAD, REMOVE = re.findall(
    r"```(?:sql|sh)\n(.*?)```", PAGE.read_text("utf-8").partition("## Citus")[0], re.DOTALL
)


@pytest.fixture
def two(postgresql):
    names = [postgresql.create_database(postgresql.template) for _ in range(2)]
    databases = [Database(postgresql.url(name)) for name in names]
    yield names, databases
    for database in databases:
        database.close()


def test_a_firm_goes_to_another_database_with_all_it_has(postgresql, tmp_path, two):
    (old_name, new_name), (old, new) = two

    def run(script, **more):
        environment = {
            "PATH": f"{BINARIES[0]}:{os.environ['PATH']}",
            "FROM": postgresql.url(old_name),
            "TO": postgresql.url(new_name, ADMINISTRATOR),
            **more,
        }
        shell = ["sh", "-eu", "-c", script]
        return subprocess.run(shell, cwd=tmp_path, env=environment, check=False).returncode

    assert run(f'psql "$TO" --quiet --command "{NUMBERS}"') == 0
    here, stays = (make_firm(tmp_path, old, code) for code in ("HERE", "STAYS"))
    there = make_firm(tmp_path, new, "THERE")
    firm = {"FIRM": str(here.domain.id)}
    stayed, others = ([rows(one.database, t) for t in TABLES_OF_FIRMS] for one in (stays, there))
    mine = {table: rows(here.database, table) for table in TABLES_OF_FIRMS}
    assert all(mine.values())

    assert run(EXPORT, **firm, FROM=postgresql.url(old_name, ADMINISTRATOR)) != 0  # sees too much
    assert run(EXPORT + LOAD, **firm) == 0
    moved = new.for_domain(here.domain.id)
    assert {table: rows(moved, table) for table in mine} == mine
    assert read_balance(moved, get_dossier(moved, here.domain.id, "D")).debit_cents == 24000

    assert run(EXPORT + REMOVE, **firm) == 0
    assert not any(rows(here.database, table) for table in mine)
    assert [rows(stays.database, table) for table in TABLES_OF_FIRMS] == stayed
    assert [rows(there.database, table) for table in TABLES_OF_FIRMS] == others
