"""Import models: documents that describe how to read a file of any layout."""
