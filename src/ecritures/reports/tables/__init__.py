"""Tables as files: one writer for whatever is read in a ledger."""
