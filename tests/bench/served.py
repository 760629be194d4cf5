"""Starts IdeaHub as `ideahub run` starts it in production, and other servers beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

from tests.bench.asking import HOST, Ask, get

PORT = int(os.environ.get("IDEAHUB_BENCH_PORT", "8400"))
SETTINGS = {
    "IDEAHUB_PUBLIC_URL": f"https://{HOST}",
    "IDEAHUB_DEVELOPMENT": "0",
    # Of a mail server that nobody asks for anything here.
    "IDEAHUB_SMTP_URL": "smtp://127.0.0.1:9",
}
PRODUCTION = {"IDEAHUB_DEMO": "0"}
# Of the bench's own surroundings: what is installed has its modules compiled, as pip does.
NOT_IN_PRODUCTION = ("IDEAHUB_", "PYTHONDONTWRITEBYTECODE")
PATIENCE_SECONDS = 60.0


@contextmanager
def ideahub(var: Path, port: int = PORT, settings: Mapping[str, str] = PRODUCTION) -> Iterator[int]:
    """Runs `ideahub run` on the database in this folder; yields its process's number once it
    answers at the port."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(NOT_IN_PRODUCTION)
    }
    environment = own | SETTINGS | {"IDEAHUB_VAR": str(var), "PORT": str(port), **settings}
    with _process(["-m", "ideahub", "run"], port, "/readyz", environment) as process:
        yield process


@contextmanager
def plain_text() -> Iterator[int]:
    """Runs the framework alone, which answers with a short text, at PORT + 1."""
    with _process(["-m", "tests.bench.plain", str(PORT + 1)], PORT + 1, "/", None) as process:
        yield process


@contextmanager
def _process(
    arguments: list[str], port: int, ready: str, environment: dict[str, str] | None
) -> Iterator[int]:
    if not _is_free(port):
        sys.exit(f"Something listens on port {port}: set IDEAHUB_BENCH_PORT to another one.")
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _await_answer(process, port, ready)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def await_port(port: int) -> None:
    """Waits until something listens there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_free(port):
        if time.monotonic() > deadline:
            sys.exit(f"Nothing listens on port {port}.")
        time.sleep(0.02)


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


def _await_answer(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, HTTPException):
            if get(port, Ask(path)).status == 200:
                return
        time.sleep(0.02)
    process.kill()
    sys.exit(f"Nothing answers well at port {port}, path {path}.")
