"""The file formats: each turns a file into blocks of canonical lines and structural anomalies."""
