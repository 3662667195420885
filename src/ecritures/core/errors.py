"""Failures: what stops an operation. What is wrong *in a file* is an anomaly, a value.

EcrituresError             carries a Sentence: a code, French and English
├── RefusedRequestError    the request's content cannot be accepted
├── NotFoundError          no such thing, or not for this caller
├── GoneError              it was there, and is no longer kept
├── ConflictError          it exists already, or its state forbids the operation
├── UnauthorizedError      no key, unknown key, wrong secret
├── ForbiddenError         the key may not touch this dossier, or lacks a right
├── SourceError            the file cannot be fetched: final
│   ├── AbsentSourceError      nothing there yet: worth another try for a short while
│   └── TransientSourceError   worth another try
├── BusyError              too much to do at the moment: ask again later
│   └── UnavailableError       the service itself cannot take it now
└── LostClaimError         another attempt owns the import now: drop the work
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class EcrituresError(Exception):
    """An operation failed for a known reason."""

    def __init__(self, code: str, fr: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(code, fr, en)

    def __reduce__(self) -> tuple[Callable[..., EcrituresError], tuple[type, dict[str, Any]]]:
        """Pickle as it is: the arguments of its class are not those of `Exception`."""
        return _rebuilt, (type(self), self.__dict__ | {"args": self.args})


class RefusedRequestError(EcrituresError, ValueError):
    """The request's content cannot be accepted."""


class NotFoundError(EcrituresError, LookupError):
    """No such thing, or not for this caller."""


class GoneError(EcrituresError):
    """It was there, and is no longer kept."""


class ConflictError(EcrituresError):
    """It exists already, or its state forbids the operation."""


class UnauthorizedError(EcrituresError):
    """No key, an unknown key, or a wrong secret."""


class ForbiddenError(EcrituresError):
    """The key may not touch this dossier, or lacks a right."""


class SourceError(EcrituresError):
    """The file cannot be fetched, and trying again would not help."""


class AbsentSourceError(SourceError):
    """There is no file there; it may be about to arrive."""


class TransientSourceError(SourceError):
    """The file cannot be fetched now; another try may succeed.

    Attributes:
        retry_after_seconds: How long the server asked to wait, if it did.
    """

    def __init__(
        self, code: str, fr: str, en: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(code, fr, en)
        self.retry_after_seconds = retry_after_seconds


class BusyError(EcrituresError):
    """There is too much to do at the moment.

    Attributes:
        retry_after_seconds: When to ask again.
    """

    def __init__(self, code: str, fr: str, en: str, retry_after_seconds: float) -> None:
        super().__init__(code, fr, en)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(BusyError):
    """The service itself cannot take anything at the moment."""


class LostClaimError(EcrituresError):
    """Another attempt owns the import now; drop the work of this one."""

    def __init__(self) -> None:
        super().__init__(
            "claim-lost",
            "Une autre tentative a repris cet import.",
            "Another attempt has taken this import over.",
        )


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raise a panic of a library in Rust, which is no `Exception`, as one."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # each library has a class of its own
            raise
        message = f"panic: {error}"
        raise RuntimeError(message) from error


def _rebuilt(kind: type[EcrituresError], attributes: dict[str, Any]) -> EcrituresError:
    error = kind.__new__(kind)
    for name, value in attributes.items():
        setattr(error, name, value)
    return error
