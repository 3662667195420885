"""Only `imports.state` writes the state of imports and their attempts."""

from __future__ import annotations

import ast
import re

import pytest

from ecritures.database.tables import imports
from helpers.paths import ROOT

SOURCE = ROOT / "src" / "ecritures"
OWNER = SOURCE / "imports" / "state"
INSERTS_NEW_ONES = {"imports/submission/enqueue.py"}
"""It inserts the rows of new imports, whose state is that of `state_columns.submitted`."""
STATE = {
    *("status", "phase", "attempt", "due_at", "asked_at", "leased_until", "ended_at"),
    *(name for name in imports.c.keys() if name.startswith("message_")),  # noqa: SIM118 - columns
}
TABLES = {"imports", "attempts"}
STATEMENTS = {"insert", "update", "delete"}
SQL = re.compile(r"\b(?:INTO|UPDATE|FROM)\s+\"?(?:imports|attempts)\b", re.IGNORECASE)
WRITING = re.compile(r"\b(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
MAY_WRITE = re.compile(r"\b(?:imports|attempts|update_owned|progress)\b", re.IGNORECASE)
"""A module without any of these names need not be parsed."""
GUARDED_WRITERS = {"update_owned", "progress"}
"""Functions of `imports.state` that write the columns their callers choose, the phase included."""


def test_nothing_else_writes_the_state_of_an_import():
    found = {
        path.relative_to(SOURCE).as_posix(): written
        for path in sorted(SOURCE.rglob("*.py"))
        if OWNER not in path.parents
        and "migrations" not in path.parts
        and MAY_WRITE.search(text := path.read_text("utf-8"))
        and (written := writes(text))
    }
    assert {name: written for name, written in found.items() if name not in INSERTS_NEW_ONES} == {}
    assert [re.sub(r"\d+: ", "", one) for name in INSERTS_NEW_ONES for one in found[name]] == [
        "insert imports"
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "c.execute(imports.update().where(imports.c.id == 1).values(status=3))",
        "c.execute(tables.imports.update().values({'due_at': now}))",
        "c.execute(tables.imports.update().values({imports.c.phase: 'load'}))",
        "c.execute(imports.update().values(**values))",
        "c.execute(imports.update().values(values))",
        "c.execute(imports.update(), rows)",
        "c.execute(sa.update(imports).values(message_fr=''))",
        "c.execute(imports.insert(), row)",
        "c.execute(imports.delete())",
        "c.execute(attempts.insert().values(number=1))",
        "c.execute(attempts.update().values(outcome='done'))",
        "c.execute(sa.delete(tables.attempts))",
        "insert_rows(c, attempts, rows)",
        "c.exec_driver_sql('UPDATE imports SET status = 3')",
        "c.execute(sa.text('delete from attempts'))",
        "state.progress(database, claim, status=3)",
        "update_owned(c, claim, {'ended_at': now})",
        "values = {'status': 3}\nstate.update_owned(c, claim, values)",
        "from ecritures.database.tables import imports as t\nt.update().values({t.c.status: 3})",
        "metadata.tables['attempts'].delete()",
    ],
)
def test_another_writer_would_be_found(statement):
    assert writes(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "c.execute(imports.update().where(imports.c.ended_at < now).values(stored_key=None))",
        "c.execute(imports.select())",
        "c.execute(idempotency_keys.update().values(status=200))",
        "state.progress(database, claim, phase='load', lines_done=3)",
        "view = {'status': state.status}",
    ],
)
def test_what_reads_or_writes_other_columns_is_not(statement):
    assert writes(statement) == []


def writes(source: str) -> list[str]:
    """Return what a module may write of the state, by line."""
    tree = with_own_names(ast.parse(source))
    chained = {id(node.func.value): node for node in calls(tree) if is_method(node)}
    found = []
    for node in calls(tree):
        name, table = statement(node)
        if table == "imports" and name == "update":
            if not writes_other_columns(node, chained):
                found.append((node.lineno, "update imports"))
        elif table:
            found.append((node.lineno, f"{name} {table}"))
        elif called(node) in GUARDED_WRITERS and names_given(node) - {"phase"}:
            found.append((node.lineno, called(node)))
    if any(called(node) in GUARDED_WRITERS for node in calls(tree)):
        found += [(one.lineno, "a value for state") for one in ast.walk(tree) if given(one)]
    found += [(node.lineno, "SQL") for node in ast.walk(tree) if is_sql(node)]
    return [f"{line}: {what}" for line, what in sorted(set(found))]


def with_own_names(tree):
    """Call tables that a module imports under another name by their own."""
    imported = [
        one for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names
    ]
    renamed = {one.asname: one.name for one in imported if one.asname and one.name in TABLES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = renamed.get(node.id, node.id)
    return tree


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def is_method(node):
    return isinstance(node.func, ast.Attribute)


def called(node):
    return node.func.attr if is_method(node) else getattr(node.func, "id", "")


def table_of(node):
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        name = node.slice.value  # `metadata.tables["imports"]`
    return name if name in TABLES else ""


def statement(node):
    """Return the kind of a statement and its table, if it writes to one of ours."""
    name = called(node)
    if name in STATEMENTS and is_method(node) and table_of(node.func.value):
        return name, table_of(node.func.value)
    written = [table_of(one) for one in node.args if table_of(one)]
    if written and name in {*STATEMENTS, "insert_rows"}:
        return name.partition("_")[0], written[0]
    return name, ""


def writes_other_columns(node, chained):
    """Whether the columns of an update are plain to see, and none is of the state."""
    link = chained.get(id(node))
    while link is not None:
        if called(link) == "values":
            named = {one.arg for one in link.keywords}
            return not link.args and None not in named and not STATE & named
        link = chained.get(id(link))
    return False


def names_given(node):
    """Return the columns of the state that a call names."""
    return STATE & {one.arg for one in node.keywords}


def given(node):
    """Return the columns of the state that a dictionary names; anomalies have an attempt too."""
    if not isinstance(node, ast.Dict):
        return set()
    named = {one.value for one in node.keys if isinstance(one, ast.Constant)}
    return named & (STATE - {"phase", "attempt"})


def is_sql(node):
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and WRITING.search(node.value) is not None
        and SQL.search(node.value) is not None
    )
