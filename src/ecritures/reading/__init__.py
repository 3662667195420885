"""Reading a file: from its bytes to anomalies and a report. No database."""
