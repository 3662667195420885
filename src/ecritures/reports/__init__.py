"""The forms that a report takes: terminal, JSON, CSV, XLSX, HTML, rejected entries."""
