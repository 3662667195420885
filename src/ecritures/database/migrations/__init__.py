"""Alembic's folder: `env.py` and one numbered file per revision."""
