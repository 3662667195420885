"""Webhooks: the endpoints that receive the events of a firm, and the deliveries to them."""
