"""The vocabulary of the product: lines, amounts, anomalies, errors. No input, no output."""
