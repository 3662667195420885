"""Batches on their way into the ledger, and out of it: loaded, published, swept, purged."""
