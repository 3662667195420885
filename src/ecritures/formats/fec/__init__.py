"""The FEC as a text file: separated or fixed-length fields."""
