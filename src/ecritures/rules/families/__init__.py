"""The rules: `FEC-MNT-05` is decided in `mnt.py`, `MOD-SIR-01` in `sir.py`, and so on.

A computation that several families need runs once, beside this package, and hands them plain
values. The one exception to the naming is `aux_.py`: Windows does not allow a file named `aux.py`.
"""
