"""Opening entries (à-nouveaux): carried forward, brought by files, compared with the closing."""
