"""Reports: what a reading has found, one module a form, for people and for their programs."""
