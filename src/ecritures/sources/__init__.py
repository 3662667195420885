"""Where a file comes from: an address, a storage, a folder."""
