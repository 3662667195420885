"""Every write that a person or a program can ask for: one function each."""
