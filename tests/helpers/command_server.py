"""Runs commands of the program in copies of one process that has imported its libraries already.

Importing them takes most of the time of a short command. The program itself, whose texts depend
on its arguments and settings, is imported by each copy.

Run as a program: a socket is its standard input. Each message is a command, with the files that
are its input, its outputs, and where its number and its exit code are reported.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time

LIBRARIES = (
    *("alembic.context", "httpx2", "polars", "polars_hash", "psycopg", "pydantic_settings"),
    *("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "stdnum", "typer"),
)
MESSAGE_BYTES_MAX = 1 << 18


def main() -> None:
    """Answer commands until nobody can send any; return in a copy that has a command to run."""
    for name in LIBRARIES:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever waits for a command is a copy too
    with socket.socket(fileno=os.dup(0)) as commands:
        while True:
            message, files, _, _ = socket.recv_fds(commands, MESSAGE_BYTES_MAX, 4)
            if not message:
                sys.exit()
            if os.fork() == 0:
                break
            for file in files:
                os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, told = files
    if child := os.fork():
        os.write(told, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.close(told)
    for number, file in enumerate(streams):
        os.dup2(file, number)
        os.close(file)
    wanted = json.loads(message)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    sys.argv = ["ecritures", *wanted["arguments"]]


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file
    main()
    runpy.run_module("ecritures", run_name="__main__", alter_sys=True)
