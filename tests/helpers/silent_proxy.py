"""A network that may vanish without a word, between processes and a server of this machine."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES = 65536
CONNECTIONS_WAITING_MAX = 128


class SilentProxy:
    """Forwards connections to a port, in threads of its own.

    Args:
        target: The port of the server.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS_WAITING_MAX)
        self.port: int = self._listening.getsockname()[1]
        self._flows = threading.Event()
        self._flows.set()
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    @contextmanager
    def vanished(self, *, cut: bool) -> Iterator[None]:
        """Forward nothing for as long as the block lasts, without closing anything.

        Args:
            cut: Whether the connections break afterwards, or go on.
        """
        self._flows.clear()
        try:
            yield
        finally:
            if cut:
                self.cut()
            self._flows.set()

    def cut(self) -> None:
        """Break every connection."""
        self._flows.set()
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def caller_of(self, port: int) -> int | None:
        """Tell from which port came who reaches the server from another port."""
        with self._lock, suppress(OSError):
            for caller, server in self._pairs:
                if server.getsockname()[1] == port:
                    found: int = caller.getpeername()[1]
                    return found
        return None

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._is_closed:
                caller, _ = self._listening.accept()
                threading.Thread(target=self._forward, args=(caller,), daemon=True).start()

    def _forward(self, caller: socket.socket) -> None:
        with caller:
            self._flows.wait()
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return  # it is down: the caller's connection breaks
            with server:
                pair = caller, server
                with self._lock:
                    self._pairs.add(pair)
                back = threading.Thread(target=self._pump, args=(server, caller), daemon=True)
                back.start()
                self._pump(caller, server)
                back.join()
                with self._lock:
                    self._pairs.discard(pair)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(BLOCK_BYTES):
                self._flows.wait()
                target.sendall(data)
        self._flows.wait()  # nor does anybody hear that the other one left
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
