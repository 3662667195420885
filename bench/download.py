"""Time the download of a large file from a server of this machine: speed, and peak memory.

    python bench/download.py --megabytes 1000

The server sends the same block again and again from a process of its own; the downloader writes and
hashes what arrives, as in an import.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from ecritures.config.settings import Settings
from ecritures.sources.download import HttpDownloader

MEGABYTE = 1_000_000
BLOCK = bytes(range(250)) * 4000  # one megabyte


class Server(BaseHTTPRequestHandler):
    """Sends as many megabytes as the path says."""

    def do_GET(self) -> None:
        megabytes = int(self.path.strip("/"))
        self.send_response(200)
        self.send_header("Content-Length", str(megabytes * MEGABYTE))
        self.end_headers()
        for _ in range(megabytes):
            self.wfile.write(BLOCK)

    def log_message(self, *_: object) -> None:
        pass


def serve() -> None:
    """Serve on a free port; the first line of the output is its number."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


def download(port: int, megabytes: int) -> dict[str, float]:
    """Fetch the file once and print the time and memory it took."""
    with TemporaryDirectory(dir=Path(__file__).parent) as folder:
        downloader = HttpDownloader.from_settings(Settings(allow_private_addresses=True))
        start = time.perf_counter()
        found = downloader.download(f"http://127.0.0.1:{port}/{megabytes}", Path(folder) / "file")
        seconds = time.perf_counter() - start
    assert found.bytes == megabytes * MEGABYTE  # noqa: S101 - what was timed is what was wanted
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "megabytes": megabytes,
        "seconds": round(seconds, 2),
        "megabytesPerSecond": round(megabytes / seconds),
        "peakMegabytes": round(peak),
    }


def main() -> None:
    """Start the server, download, and print the result."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=1000)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = options.parse_args()
    if wanted.serve:
        serve()
        return
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline()) if server.stdout else 0
            print(json.dumps(download(port, wanted.megabytes)))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
