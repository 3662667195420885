"""The body of importJson: entries in JSON, as the vendor's page describes them."""
