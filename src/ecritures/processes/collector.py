"""The garbage collector of processes that live long."""

import gc


def tune_gc() -> None:
    """Make the cycle collector run less often, and ignore everything loaded so far.

    Nearly everything that requests and imports leave behind is freed by reference counting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
