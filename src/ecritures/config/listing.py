"""Every setting with its value, as it may be shown: secrets are masked."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from ecritures.config.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from ecritures.config.settings import Settings

MASK = "***"
Origin: TypeAlias = Literal["default", "env", "file"]


class SettingView(TypedDict):
    """A setting. `origin`: `default`, `env` or `file`."""

    name: str
    variable: str
    value: Any
    origin: Origin


def list_settings(settings: Settings) -> list[SettingView]:
    """Return every setting: its name, its variable, its value, and where that comes from."""
    given = {name.upper() for name in os.environ}
    in_file = _names_in_file()
    found: list[SettingView] = []
    for name, value in settings.model_dump(mode="json").items():
        variable = f"ECRITURES_{name.upper()}"
        origin: Origin = "env" if variable in given else "file" if name in in_file else "default"
        found.append(
            {"name": name, "variable": variable, "value": _masked(value), "origin": origin}
        )
    return found


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever a setting holds
    """Hide the password of an address; Pydantic has already hidden the secrets it knows."""
    if isinstance(value, str):
        return re.sub(r"(://[^:/@]*):[^@]*@", rf"\1:{MASK}@", value)
    return value


def _names_in_file() -> set[str]:
    if not SETTINGS_FILE.is_file():
        return set()
    return {name.lower() for name in tomllib.loads(SETTINGS_FILE.read_text("utf-8"))}
