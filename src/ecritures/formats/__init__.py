"""One file a format: each turns a file into blocks of canonical lines and structural anomalies."""
