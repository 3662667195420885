"""Functions in child processes: what one does harms only itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import TransientSourceError, UnavailableError
from ecritures.processes import Limits, ProcessExecutor, ReaderDiedError, UnwantedError
from ecritures.processes.limits import Death
from helpers import process_tree
from helpers.waiting import wait_until

pytestmark = pytest.mark.heavy  # each waits for processes of its own

MEBIBYTE = 1 << 20
ENOUGH = Limits(512 * MEBIBYTE, 60, 60)
PRELOAD = "ecritures.processes.child"


@pytest.fixture(scope="module", params=["forkserver", "fork"])
def executor(request, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), log_format="json")
    executor = ProcessExecutor(settings, 2, preload=PRELOAD, method=request.param)
    yield executor
    executor.close()


def double(number):
    return 2 * number


def refuse():
    raise TransientSourceError("x", "Non.", "No.", 7)


def own_pid():
    return os.getpid()


def fill_memory(mebibytes):
    return len(bytearray(mebibytes * MEBIBYTE))


def spin():
    while True:
        pass


def end_with(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def panic():
    raise BaseException("as a library in Rust does")  # noqa: TRY002, TRY003


def wait(seconds):
    time.sleep(seconds)


def test_a_function_returns_its_result(executor):
    assert executor.run(double, 21, limits=ENOUGH) == 42


def test_what_a_function_raises_is_raised_with_all_that_it_says(executor):
    with pytest.raises(TransientSourceError) as caught:
        executor.run(refuse, limits=ENOUGH)
    assert (caught.value.sentence.fr, caught.value.retry_after_seconds) == ("Non.", 7)


def test_a_child_is_kept_for_the_next_call(executor):
    first = executor.run(own_pid, limits=ENOUGH)
    assert first != os.getpid()
    assert executor.run(own_pid, limits=ENOUGH) == first


@pytest.mark.parametrize(
    ("function", "args", "limits", "death"),
    [
        (fill_memory, (1024,), ENOUGH, Death.MEMORY),
        (end_with, (signal.SIGABRT,), ENOUGH, Death.MEMORY),
        (end_with, (signal.SIGKILL,), ENOUGH, Death.MEMORY),
        (end_with, (signal.SIGSEGV,), ENOUGH, Death.CRASH),
        (panic, (), ENOUGH, Death.CRASH),
        (spin, (), Limits(512 * MEBIBYTE, 0.2, 60), Death.TIME),
        (wait, (60,), Limits(512 * MEBIBYTE, 60, 0.2), Death.TIME),
        (os._exit, (0,), ENOUGH, Death.CRASH),
    ],
    ids=["memory", "abort", "killed", "segfault", "panic", "processor", "clock", "exit"],
)
def test_a_death_is_told_and_the_next_call_has_another_child(
    executor, function, args, limits, death
):
    with pytest.raises(ReaderDiedError) as caught:
        executor.run(function, *args, limits=limits)
    assert caught.value.death is death
    assert executor.run(double, 1, limits=ENOUGH) == 2


def test_a_child_that_computes_nothing_for_long_is_stopped(executor, monkeypatch):
    monkeypatch.setattr("ecritures.processes.executor.STALL_SECONDS_MAX_WITHOUT_SERVER", 0.5)
    with pytest.raises(ReaderDiedError) as caught:
        executor.run(wait, 60, limits=ENOUGH)
    assert caught.value.death is Death.TIME


def test_within_its_limit_memory_may_be_used_again_and_again(executor):
    for _ in range(3):
        assert executor.run(fill_memory, 300, limits=ENOUGH) == 300 * MEBIBYTE


def test_a_call_beside_one_that_dies_is_not_disturbed(executor):
    results = []
    beside = threading.Thread(target=lambda: results.append(executor.run(wait, 1.5, limits=ENOUGH)))
    beside.start()
    with pytest.raises(ReaderDiedError):
        executor.run(end_with, signal.SIGABRT, limits=ENOUGH)
    beside.join()
    assert results == [None]


def test_a_call_that_nobody_wants_any_more_is_stopped(executor):
    with pytest.raises(UnwantedError):
        executor.run(wait, 60, limits=ENOUGH, is_wanted=lambda: False)


def test_a_child_that_died_while_idle_is_replaced(executor):
    pid = executor.run(own_pid, limits=ENOUGH)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid))
    assert executor.run(own_pid, limits=ENOUGH) != pid


def test_a_caller_waits_for_its_turn_as_long_as_it_was_told(tmp_path):
    executor = ProcessExecutor(
        Settings(data_dir=tmp_path), 1, preload=PRELOAD, patience_seconds=0.1
    )
    busy = threading.Thread(target=executor.run, args=(wait, 1.5), kwargs={"limits": ENOUGH})
    busy.start()
    wait_until(lambda: executor.is_full)
    with pytest.raises(UnavailableError):
        executor.run(double, 1, limits=ENOUGH)
    busy.join()
    assert executor.run(double, 1, limits=ENOUGH) == 2
    executor.close()


def test_children_end_with_the_executor(tmp_path):
    executor = ProcessExecutor(Settings(data_dir=tmp_path), 1, preload=PRELOAD)
    pid = executor.run(own_pid, limits=ENOUGH)
    executor.close()
    assert not is_running(pid)
    with pytest.raises(UnwantedError):
        executor.run(double, 1, limits=ENOUGH)


SERVICE = """
import sys
from ecritures.config.settings import Settings
from ecritures.processes import Limits, ProcessExecutor
executor = ProcessExecutor(Settings(), 1, preload="ecritures.processes.child", method=sys.argv[1])
reading = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
executor.run(exec, reading, limits=Limits(1 << 29, 600, 600))
"""


@pytest.mark.parametrize("method", ["forkserver", "fork"])
def test_a_child_that_reads_dies_with_a_service_that_is_killed(tmp_path, method):
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, method], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    with service:
        reader = int(service.stdout.readline())
        family = [*process_tree.family(service.pid)]
        assert reader in family
        service.kill()
        service.wait()
        wait_until(lambda: not any(map(is_running, family)))


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
