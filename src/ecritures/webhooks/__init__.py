"""Webhooks: addresses of a firm that are told what happens, and the deliveries to them."""
