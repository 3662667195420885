"""Reading imports: what needs attention, what waits, what each one did."""
