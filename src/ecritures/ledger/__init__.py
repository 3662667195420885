"""The ledger: batches of entries, loaded unseen and published at once."""
