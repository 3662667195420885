"""What a conversation with the service is made of, without the means to have it.

A conversation is a generator: it yields requests and pauses, is sent the answers, and returns its
result. `transport` has it over the network, blocking or asynchronous; `retries` repeats requests.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        path: Below the address of the service; or a whole address, which gets no key.
        json: The body, if it is JSON.
        form: The fields of a form that holds `file`; None: `file` itself is the body.
        file: A file to send.
        save_to: Where the answer is to be saved.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    file: Path | None = None
    save_to: Path | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait before what follows."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request. The names of its headers are in lower case.

    `content` is empty when it was saved.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return the content, parsed; None when it is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What a request got when it got no answer; `sent`: the service may have received it."""

    reason: str
    sent: bool


Conversation: TypeAlias = Generator[Request | Pause, Answer, T]
Attempts: TypeAlias = Generator[Request | Pause, Answer | NoAnswer, T]
"""A conversation in which requests may be left without an answer."""
