"""Écritures: files of French accounting entries into a dossier's ledger, correctly, once, fast."""

__version__ = "0.1.0"
