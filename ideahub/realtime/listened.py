"""Whether anybody in this process listens to a room, asked while an event is shown: of a deed of
which thousands are told, only what somebody looks at is looked up and rendered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

IsListened = Callable[[str], bool]


def _always(_room: str) -> bool:
    return True


_CURRENT: ContextVar[IsListened] = ContextVar("listened", default=_always)


@contextmanager
def showing_to(is_listened: IsListened) -> Iterator[None]:
    """Within it `is_listened` answers as this function does."""
    before = _CURRENT.set(is_listened)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def is_listened(room: str) -> bool:
    """Whether anybody here listens to the room; so it is said where that is not known, too."""
    return _CURRENT.get()(room)
