"""The rules: one file a family, and a catalogue of what they may find."""
