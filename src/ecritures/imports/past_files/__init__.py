"""Files of past imports, read again: their entries, other groupings, mended copies."""
