"""Python, Polars and SQL fold alike."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from ecritures.core.folding import fold, folded
from ecritures.database.folding import folded as folded_sql

TEXT = "ÉCHÉANCE Façade Œuvre æon Straße e\u0301te Ñandú 12 %_"


def test_accents_and_capitals_do_not_count():
    assert fold(TEXT) == "echeance facade oeuvre aeon strasse ete nandu 12 %_"


def test_polars_folds_alike():
    assert pl.select(folded(pl.lit(TEXT))).item() == fold(TEXT)


def test_sqlite_folds_alike(database):
    with database.read() as connection:
        assert connection.execute(sa.select(folded_sql(sa.literal(TEXT)))).scalar() == fold(TEXT)
