"""How commands open the database."""

from __future__ import annotations

import pytest

from ecritures.cli.support.connect import close_databases, open_database
from ecritures.config.settings import Settings
from ecritures.database.engine import DatabaseUnavailableError
from ecritures.database.migrate import schema_revision
from helpers.migrated import migrated_sqlite


def test_what_serves_a_database_of_an_earlier_version_upgrades_it(tmp_path):
    settings = Settings(data_dir=tmp_path)
    database = migrated_sqlite(settings)
    with database.load() as connection:
        connection.exec_driver_sql("DROP TABLE third_party_years")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0025'")
    database.close()

    with pytest.raises(DatabaseUnavailableError) as refused:
        open_database(settings)
    assert refused.value.sentence.code == "database-revision"
    current, wanted = schema_revision(open_database(settings, upgrades=True))
    assert current == wanted
    close_databases()
