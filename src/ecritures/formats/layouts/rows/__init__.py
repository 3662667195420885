"""From the lines of a file to rows: one reader for each kind of input, and the records of it."""
