"""The TRA: fixed-width lines of entry, behind records that describe journals and accounts."""
