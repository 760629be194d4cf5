"""`ideahub run` answers at once on a connection that stays open, on the fast event loop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import httpx
import pytest

from ideahub.core.config import Config
from ideahub.server import serving
from tests.support.mail_sink import free_port

ROOT = Path(__file__).resolve().parents[1]
# A delayed acknowledgement takes 40 ms; the first answers on a connection do not wait for it.
PAUSE_SECONDS, FIRST, ASKED = 0.038, 30, 60
START_SECONDS = 60.0


def test_runs_on_the_fast_loop(monkeypatch: pytest.MonkeyPatch, config: Config) -> None:
    found: list[str] = []

    async def tell(_config: Config, _url: str, listening: socket.socket) -> int:
        found.append(type(asyncio.get_running_loop()).__module__)
        listening.close()
        return 0

    monkeypatch.setattr(serving, "_serve", tell)
    serving.serve(replace(config, port=free_port()), str)
    assert found == ["uvloop"]


@contextmanager
def running(var: Path) -> Iterator[str]:
    """The address of the site as an operator runs it."""
    port = free_port()
    others = {name: value for name, value in os.environ.items() if "IDEAHUB" not in name}
    settings = {"IDEAHUB_VAR": str(var), "PORT": str(port), "IDEAHUB_DEMO": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "ideahub", "run"],
        cwd=ROOT,
        env=others | settings,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            assert any("is ready" in line for line in process.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=START_SECONDS)


@pytest.mark.slow
def test_an_answer_on_a_kept_connection_does_not_wait(tmp_path: Path) -> None:
    took: list[float] = []
    with running(tmp_path) as url, httpx.Client(base_url=url, trust_env=False) as client:
        for _each in range(FIRST + ASKED):
            began = time.perf_counter()
            assert client.get("/healthz").text == "ok\n"
            took.append(time.perf_counter() - began)
    assert median(took[FIRST:]) < PAUSE_SECONDS
