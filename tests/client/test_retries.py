"""When a request is repeated, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ecritures_client.errors import RefusedError, UnansweredError
from ecritures_client.retries import Retries, persisting, retry_after
from ecritures_client.steps import Answer, NoAnswer, Pause, Request

GET, POST = Request("GET", "/a"), Request("POST", "/a")
LOST, UNSENT = NoAnswer("cut", sent=True), NoAnswer("no route", sent=False)
DONE = Answer(200)


def asked(request, *answers, honours_keys=True, retries=None):
    """Have a conversation of one request; return the pauses made."""

    def conversation():
        return (yield request)

    steps = persisting(conversation(), retries or Retries(), honours_keys=honours_keys)
    left, pauses, last = list(answers), [], None
    step = next(steps)
    while last is None:
        if isinstance(step, Pause):
            pauses.append(step.seconds)
        else:
            assert step == request
        try:
            step = steps.send(Answer() if isinstance(step, Pause) else left.pop(0))
        except StopIteration as end:
            last = end.value
    assert (last, left) == (DONE, [])
    return pauses


def busy(wait):
    return Answer(429, {"retry-after": wait})


def test_the_service_says_when_to_come_back():
    assert asked(POST, busy("7"), busy("0"), DONE) == [7, 0]


def test_a_date_is_as_good_as_a_number():
    later = datetime.now(UTC) + timedelta(minutes=2)
    assert 60 < retry_after(busy(format_datetime(later, usegmt=True))) <= 120
    assert retry_after(busy(format_datetime(later - timedelta(days=1), usegmt=True))) == 0


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²"])
def test_a_wait_that_cannot_be_read_is_none(text):
    assert retry_after(busy(text)) is None


def test_pauses_grow_up_to_a_limit():
    retries = Retries(attempts=6, pause=1, pause_max=4)
    pauses = asked(GET, *[Answer(503)] * 5, DONE, retries=retries)
    for pause, most in zip(pauses, (1, 2, 4, 4, 4), strict=True):
        assert most / 2 <= pause <= most


def test_a_wait_that_is_too_long_ends_the_call():
    with pytest.raises(RefusedError):
        asked(GET, busy("301"))


def test_attempts_are_counted():
    with pytest.raises(RefusedError):
        asked(GET, *[busy("0")] * 5)
    with pytest.raises(UnansweredError):
        asked(GET, *[UNSENT] * 5)


@pytest.mark.parametrize("answer", [LOST, *(Answer(status) for status in (500, 502, 503, 504))])
def test_a_write_that_may_have_been_carried_out_is_repeated_only_under_a_key(answer):
    assert len(asked(POST, answer, DONE)) == 1
    assert len(asked(GET, answer, DONE, honours_keys=False)) == 1
    with pytest.raises((RefusedError, UnansweredError)):
        asked(POST, answer, honours_keys=False)


@pytest.mark.parametrize("answer", [UNSENT, busy("1")])
def test_a_write_that_was_not_carried_out_is_always_repeated(answer):
    assert len(asked(POST, answer, DONE, honours_keys=False)) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422])
def test_a_refusal_is_final(status):
    with pytest.raises(RefusedError):
        asked(GET, Answer(status, content=b"<html>"))
