"""The plan of an import: what it would do to the ledger, decided before it is done."""
