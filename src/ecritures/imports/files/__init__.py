"""The file of an import, and the documents that come with it: fetched, and kept."""
