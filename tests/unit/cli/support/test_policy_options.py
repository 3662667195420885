"""Whatever a request may choose, `ecritures import` may."""

from __future__ import annotations

import re

import pytest
import typer

from ecritures.cli.app import app
from ecritures.core.policies import POLICY_NAMES


def options_of(command):
    found = typer.main.get_command(app).get_command(None, command)
    return {option for one in found.params for option in one.opts}


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_each_policy_has_an_option(name):
    kebab = "--" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
    assert kebab in options_of("import")
