"""The FEC as XML."""
