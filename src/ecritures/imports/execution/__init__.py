"""One attempt of an import: its file is read, checked and posted, or the attempt fails."""
