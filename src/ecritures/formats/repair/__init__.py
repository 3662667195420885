"""Safe repairs of a FEC, each of them reported."""
