"""Lettering: groups of matched lines, by hand or as a file brought them."""
