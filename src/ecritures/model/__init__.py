"""The words of the product: lines, anomalies, verdicts, requests. No input, no output."""
