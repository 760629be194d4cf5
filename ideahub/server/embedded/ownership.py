"""Decides by two file locks which command owns the server of a data directory.

The owner holds both locks, and the server inherits `.lock`. So `.lock` is free only when both have
ended, however they did; who gets it may start the server. `.owner` is free as soon as the owner
has ended: its server is about to stop, and not to be used.
"""

import fcntl
import os
from pathlib import Path


class Ownership:
    """The two locks beside a data directory, as far as this command holds them."""

    def __init__(self, data: Path) -> None:
        self._places = (data.with_name(data.name + ".lock"), data.with_name(data.name + ".owner"))
        self._server: int | None = None
        self._owner: int | None = None

    def take(self) -> bool:
        """Takes both locks if they are free; returns whether this command is the owner."""
        if self._server is None:
            self._server = _try_lock(self._places[0])
        if self._server is not None and self._owner is None:
            self._owner = _try_lock(self._places[1])
        return self._owner is not None

    def inherited(self) -> list[int]:
        """The file descriptors that the server has to inherit."""
        return [] if self._server is None else [self._server]

    def is_elsewhere(self) -> bool:
        """Whether another running command owns the server."""
        owner = _try_lock(self._places[1])
        if owner is not None:
            os.close(owner)
        return owner is None

    def resign(self) -> None:
        """Releases `.owner`: the server is about to stop."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def give_up(self) -> None:
        """Releases both locks, after the server has stopped: others may start one."""
        self.resign()
        if self._server is not None:
            os.close(self._server)
            self._server = None


def _try_lock(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
