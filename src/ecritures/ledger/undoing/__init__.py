"""Undoing and restoring batches, and reversing entries that are definitive."""
