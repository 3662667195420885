"""A small file server for the bundled sample, as long as the demonstration runs."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator


class _SampleHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != f"/{SAMPLE_NAME}":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = sample_bytes()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_parts: object) -> None:
        """Write no log."""


@contextmanager
def serve_sample(host: str, port: int) -> Iterator[str]:
    """Serve the sample on a port, or on a free one when it is taken; yield its address."""
    try:
        server = ThreadingHTTPServer((host, port), _SampleHandler)
    except OSError:
        server = ThreadingHTTPServer((host, 0), _SampleHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}/{SAMPLE_NAME}"
    finally:
        server.shutdown()
        server.server_close()
