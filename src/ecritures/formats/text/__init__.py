"""Reading text: encodings, lines, dates and amounts."""
