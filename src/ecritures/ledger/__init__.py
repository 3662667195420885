"""The ledger: bulk load, publication, balance."""
