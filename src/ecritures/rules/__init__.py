"""The rules: a catalogue of what may be found in a file, and the checks that find it."""
