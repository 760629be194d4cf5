"""Many open sockets, held by some processes, and the server that broadcasts to them alone."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from tests.bench.listeners import Heard, Opened
from tests.bench.processes import cpu_seconds
from tests.bench.served import await_port

# So that no process with sockets is the bottleneck, and none has more files than it may open.
PROCESSES = 2
PUSH_SECONDS = 30.0
Answer = TypeVar("Answer")


class Crowd:
    """Sockets of all processes together."""

    def __init__(self, processes: "list[subprocess.Popen[bytes]]") -> None:
        self.processes = processes
        self.many = 0

    def open(self, path: str, many: int, cookies: Sequence[str] = ()) -> Opened:
        """Opens sockets at this path until there are so many, of the people with these cookies."""
        more, self.many = many - self.many, many
        shares = [more // PROCESSES + (n < more % PROCESSES) for n in range(PROCESSES)]
        orders = [["open", path, share, cookies[n::PROCESSES]] for n, share in enumerate(shares)]
        return _together(self._ask(orders, Opened))

    def open_again(self, path: str, cookies: Sequence[str] = ()) -> Opened:
        """Loses all sockets, and opens as many, all at once."""
        orders = [["open_again", path, cookies[n::PROCESSES]] for n in range(PROCESSES)]
        return _together(self._ask(orders, Opened))

    def cpu_seconds(self) -> float:
        """The time for which its processes have computed so far."""
        return sum(cpu_seconds(process.pid) for process in self.processes)

    def heard(self) -> Heard:
        """Waits until all have heard a push. Ends where one of them does not hear it."""
        found = self._ask([["heard", PUSH_SECONDS]] * PROCESSES, Heard)
        sockets = sum(one.sockets for one in found)
        if sockets != self.many:
            sys.exit(f"Of {self.many} sockets {sockets} heard the push.")
        first, last = min(one.first for one in found), max(one.last for one in found)
        return Heard(sockets, first, last, found[0].text)

    def _ask(self, orders: list[list[Any]], kind: type[Answer]) -> list[Answer]:
        for process, order in zip(self.processes, orders, strict=True):
            assert process.stdin
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
        return [msgspec.json.decode(_line(process), type=kind) for process in self.processes]


def _line(process: "subprocess.Popen[bytes]") -> bytes:
    assert process.stdout
    return process.stdout.readline()


def _together(found: list[Opened]) -> Opened:
    again = Counter[str]()
    for one in found:
        again.update(one.again)
    return Opened(sum(one.open for one in found), max(one.last for one in found), dict(again))


@contextmanager
def crowd(port: int, first: int = 0) -> Iterator[Crowd]:
    """A crowd of a server's at this port, without sockets yet; `first` numbers its processes, which
    have networks of their own."""
    numbers = range(first, first + PROCESSES)
    processes = [_start("tests.bench.listeners", str(port), str(number)) for number in numbers]
    try:
        yield Crowd(processes)
    finally:
        _end(*processes)


class Broadcaster:
    """The bare server."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def send(self, text: str) -> float:
        """Sends the text to all its sockets; returns when it began."""
        assert self.process.stdin
        self.process.stdin.write(msgspec.json.encode(text) + b"\n")
        self.process.stdin.flush()
        return float(_line(self.process))


@contextmanager
def broadcaster(port: int) -> Iterator[Broadcaster]:
    """Runs the bare server."""
    process = _start("tests.bench.broadcast", str(port))
    try:
        await_port(port)
        yield Broadcaster(process)
    finally:
        _end(process)


def _start(*arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _end(*processes: "subprocess.Popen[bytes]") -> None:
    for process in processes:
        process.kill()
        process.wait()
