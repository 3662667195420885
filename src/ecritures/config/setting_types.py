"""Types of settings that check themselves."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator


def _whole_number(value: object) -> object:
    """Read a number from text, as in an environment variable; empty text is None."""
    text = value.strip() if isinstance(value, str) else value
    if text == "":
        return None
    return int(text) if isinstance(text, str) and text.isdecimal() else text


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no time zone: write one as Europe/Paris"
        raise ValueError(message) from None
    return name


def _web_address(text: str) -> str:
    """Accept the address of a site, or none."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_one = False
    if text and not is_one:
        message = "it is no address: write one as https://ecritures.example"
        raise ValueError(message)
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
RefusalStatus = Annotated[Literal[200, 400] | None, BeforeValidator(_whole_number)]
