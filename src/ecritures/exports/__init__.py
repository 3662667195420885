"""The ledger given back as files: FEC, tables, and the formats that import models describe."""
