"""A database that another version made is refused with a sentence, and left as it is."""

from __future__ import annotations

import psycopg
import pytest

from ecritures.database import Database
from ecritures.database import migrate as migrating
from ecritures.database.engine import DatabaseUnavailableError
from ecritures.database.migrate import migrate, require_known_revision, schema_revision
from ecritures.directory.domains import get_domain
from helpers.postgresql import ADMINISTRATOR


def test_a_database_of_another_version_is_refused(database):
    with database.load() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")

    for refuse in (migrate, require_known_revision):
        with pytest.raises(DatabaseUnavailableError) as refused:
            refuse(database)
        assert refused.value.sentence.code == "database-of-another-version"


def test_migrating_again_changes_nothing(database, domain):
    before = schema_revision(database)

    migrate(database)

    require_known_revision(database)
    assert schema_revision(database) == before == (before[1], before[1])
    assert get_domain(database, domain.code) == domain


def test_a_server_without_the_owner_s_role_is_refused(postgresql):
    """The role that logs in must be able to become the owner of the tables."""
    name = postgresql.create_database()
    with psycopg.connect(postgresql.url(name, ADMINISTRATOR), autocommit=True) as administrator:
        administrator.execute("CREATE ROLE stranger LOGIN")
    database = Database(postgresql.url(name, "stranger"))

    with pytest.raises(DatabaseUnavailableError) as refused:
        migrate(database)

    database.close()
    assert refused.value.sentence.code == "database-owner-role"


def test_a_server_that_is_too_old_is_refused(database, monkeypatch):
    monkeypatch.setattr(migrating, "POSTGRESQL_MIN", 99)
    if not database.is_shared:
        migrate(database)  # SQLite has no server
        return
    with pytest.raises(DatabaseUnavailableError) as refused:
        migrate(database)
    assert refused.value.sentence.code == "database-server-old"


def test_the_first_anomalies_of_a_rule_are_found_by_their_index(database):
    if database.is_shared:
        return  # PostgreSQL counts rows itself
    query = (
        "EXPLAIN QUERY PLAN SELECT ordinal, line, value FROM anomalies WHERE domain_id = 1"
        " AND import_id = 'a' AND attempt = 1 AND code = 'FEC-MNT-01' ORDER BY ordinal LIMIT 9"
    )
    with database.read() as connection:
        plan = connection.exec_driver_sql(query).all()
    assert "ix_anomalies_code" in str(plan)
