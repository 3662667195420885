"""How lines are grouped into entries."""
