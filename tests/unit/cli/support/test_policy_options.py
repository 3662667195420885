"""Whatever a request may choose, `ecritures import` may."""

from __future__ import annotations

import re

import typer

from ecritures.cli.app import app
from ecritures.core.policies import POLICY_NAMES


def options_of(command):
    found = typer.main.get_command(app).get_command(None, command)
    return {option for one in found.params for option in one.opts}


def kebab(name):
    return "--" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def test_each_policy_has_an_option():
    assert {kebab(name) for name in POLICY_NAMES} <= options_of("import")
