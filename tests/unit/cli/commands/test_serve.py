"""The port is taken at once, and answers once there is somebody to answer."""

from __future__ import annotations

import socket

import pytest

from ecritures.cli.commands.serve import bind, start_listening
from ecritures.core.errors import ConflictError


def test_a_connection_is_refused_until_the_service_is_ready():
    """One that is accepted before, during a migration, would be left in silence."""
    with bind("127.0.0.1", 0) as listener:
        place = listener.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)
        start_listening(listener)
        with socket.create_connection(place), pytest.raises(ConflictError):
            bind(*place)
