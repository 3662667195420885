"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check, with its explanation."""

    name: str
    state: Literal["ok", "remark", "wrong"]
    text: str
