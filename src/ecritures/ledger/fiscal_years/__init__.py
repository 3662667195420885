"""Fiscal years, locks and validation: which days of a ledger are open."""
