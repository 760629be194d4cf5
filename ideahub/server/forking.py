"""Child processes that end with their parent and say when they are ready."""

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ideahub.server.failing import in_sentences

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
LOOK_SECONDS = 0.05


class Lifeline:
    """A pipe that only the parent could write to: a child that can read from it is an orphan."""

    def __init__(self, ends: tuple[int, int] | None = None) -> None:
        self.read_end, self.write_end = ends or os.pipe()

    def keep_as_child(self) -> None:
        """Closes the parent's end, in a child."""
        os.close(self.write_end)

    def parent_is_gone(self, seconds: float) -> bool:
        """Waits at most so long, and returns whether the parent has ended, however it did."""
        return bool(select.select([self.read_end], [], [], seconds)[0])


@dataclass(slots=True)
class Child:
    """A child process. What it says when it is ready can be read from `_said`."""

    pid: int
    _said: int | None = None
    began: float = field(default_factory=time.monotonic)
    # As the system tells it; None while it runs.
    status: int | None = None

    @property
    def age(self) -> float:
        """For how many seconds it has been running."""
        return time.monotonic() - self.began

    def has_ended(self) -> bool:
        """Whether it has ended."""
        if self.status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                pid, status = self.pid, 0
            self.status = status if pid else None
            if pid:
                self._hear_no_more()
        return self.status is not None

    def _hear_no_more(self) -> None:
        if self._said is not None:
            os.close(self._said)
            self._said = None

    def until_ready(self, seconds: float, given_up: Callable[[], bool]) -> str | None:
        """What it says when it is ready; None if it ends, or takes longer, or `given_up` is true
        before it says anything."""
        until = time.monotonic() + seconds
        while self._said is not None and time.monotonic() < until and not given_up():
            if select.select([self._said], [], [], LOOK_SECONDS)[0]:
                # Nothing is read where it ended without a word.
                said = os.read(self._said, 4096).decode()
                self._hear_no_more()
                return said or None
        return None

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal if it runs."""
        if not self.has_ended():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def end(self, seconds: float) -> None:
        """Ends it as Ctrl-C would; after so many seconds in any case."""
        self.send(signal.SIGTERM)
        until = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > until:
                self.send(signal.SIGKILL)
            time.sleep(LOOK_SECONDS)


# Says once that the child is ready.
Say = Callable[[str], None]


def fork(lifeline: Lifeline, work: Callable[[Say], int]) -> Child:
    """Starts a child that does the work and ends with the code that it returns.

    The caller has neither an event loop nor other threads: a fork in the middle of their work
    would leave their locks taken for ever.
    """
    hears, says = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(says)
        return Child(pid, hears)
    code = 1
    try:
        os.close(hears)
        _become_child(lifeline)
        code = in_sentences(lambda: work(lambda said: _say_once(says, said)))
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 - a child never goes on with what its parent does
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become_child(lifeline: Lifeline) -> None:
    signal.set_wakeup_fd(-1)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    # Ctrl-C in a terminal reaches the child as well; the parent tells it when to end.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    lifeline.keep_as_child()


def _say_once(says: int, said: str) -> None:
    os.write(says, said.encode())
    os.close(says)
