"""When a connection is closed, and when it is left alone."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from ecritures.api.http.connections import Connection, ConnectionLimits

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
LIMITS = ConnectionLimits(connections_max=2, head_seconds_max=10, silence_seconds_max=30)


class Transport:
    """A transport that only notes what is done to it."""

    def __init__(self):
        self.aborted = False

    def abort(self):
        self.aborted = True

    def get_extra_info(self, _name, default=None):
        return default

    def is_closing(self):
        return self.aborted

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass

    def write(self, _data):
        pass

    def close(self):
        pass


async def never_answer(_scope, _receive, _send):
    await asyncio.Event().wait()


def in_a_loop(scenario):
    """Run a scenario that is given a maker of connections; drop the requests it leaves."""

    async def run():
        state = ServerState()
        config = uvicorn.Config(never_answer, log_config=None, lifespan="off", ws="none")

        def connect():
            connection = Connection(config, state, {}, limits=LIMITS)
            connection.connection_made(Transport())
            return connection

        scenario(connect)
        for task in state.tasks:
            task.cancel()

    asyncio.run(run())


def is_closed_after(connection, seconds):
    connection.close_if_silent(connection.loop.time() + seconds)
    return connection.transport.aborted


@pytest.mark.parametrize("sent", [b"", b"GET / HT"])
def test_the_head_of_a_request_has_its_time_however_it_arrives(sent):
    def scenario(connect):
        connection = connect()
        for byte in sent:
            connection.data_received(bytes([byte]))
        assert not is_closed_after(connection, 9)
        assert is_closed_after(connection, 11)

    in_a_loop(scenario)


def test_a_body_may_take_long_but_not_be_silent():
    def scenario(connect):
        connection = connect()
        connection.data_received(HEAD)
        connection.data_received(b"x")
        assert not is_closed_after(connection, 29)
        assert is_closed_after(connection, 31)

    in_a_loop(scenario)


def test_a_caller_is_not_blamed_for_what_the_service_does_not_read():
    def scenario(connect):
        connection = connect()
        connection.data_received(HEAD)
        connection.data_received(b"x" * 500_000)
        assert connection.flow.read_paused
        assert not is_closed_after(connection, 3600)

    in_a_loop(scenario)


def test_a_request_that_is_being_answered_may_take_its_time():
    def scenario(connect):
        connection = connect()
        connection.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not connection.awaits_caller
        assert not is_closed_after(connection, 3600)

    in_a_loop(scenario)


def test_an_answer_that_is_not_taken_is_given_up():
    def scenario(connect):
        connection = connect()
        connection.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.pause_writing()
        assert not is_closed_after(connection, 29)
        connection.resume_writing()
        assert not is_closed_after(connection, 3600)
        connection.pause_writing()
        assert is_closed_after(connection, 31)

    in_a_loop(scenario)


def test_one_too_many_takes_the_place_of_a_silent_one_never_of_a_request():
    def scenario(connect):
        answered, silent, third = connect(), connect(), None
        answered.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        third = connect()
        assert (answered.transport.aborted, silent.transport.aborted) == (False, True)
        third.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        refused = connect()
        assert refused.transport.aborted
        assert not third.transport.aborted

    in_a_loop(scenario)
