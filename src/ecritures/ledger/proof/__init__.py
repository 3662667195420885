"""The proof of a ledger: its rows are compared with the digests of its events, one by one."""
