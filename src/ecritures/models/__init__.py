"""Import models: small documents that say how to read a file of entries in its own layout."""
