"""Which command owns the server of a data directory: two file locks tell.

The owner holds both and the server inherits one, so `.lock` is free exactly when both are gone,
however they ended: whoever takes it may start the server. `.owner` is free as soon as the owner
ends: a server without an owner is on its way out and not to be used.
"""

import fcntl
import os
from pathlib import Path


class Ownership:
    """This command's hold on the two locks beside a data directory."""

    def __init__(self, data: Path) -> None:
        self._places = (data.with_name(data.name + ".lock"), data.with_name(data.name + ".owner"))
        self._server: int | None = None
        self._owner: int | None = None

    def take(self) -> bool:
        """Become the owner if there is none and the last server has gone; say whether we are."""
        if self._server is None:
            self._server = _try_lock(self._places[0])
        if self._server is not None and self._owner is None:
            self._owner = _try_lock(self._places[1])
        return self._owner is not None

    def inherited(self) -> list[int]:
        """The open files which the server is to inherit."""
        return [] if self._server is None else [self._server]

    def is_elsewhere(self) -> bool:
        """Whether another command lives that owns the server."""
        owner = _try_lock(self._places[1])
        if owner is not None:
            os.close(owner)
        return owner is None

    def resign(self) -> None:
        """Tell others that the server is about to stop."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def give_up(self) -> None:
        """Let others start a server: ours has stopped."""
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
