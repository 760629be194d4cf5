"""The processes of a running command, as /proc has them."""

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> set[int]:
    """The processes that this one started and that run, by number; none where it has ended."""
    with suppress(OSError):
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return set()


def workers_of(parent: int) -> set[int]:
    """The processes of `ideahub run --workers …` that accept connections: neither the parent, nor
    the one that keeps the database, which has the listening socket too, but no event loop."""
    return {pid for pid in children_of(parent) if any("eventpoll" in link for link in links(pid))}


def with_setting(name: str, value: str) -> set[int]:
    """The processes that were started with this in their environment, and their children."""
    found, wanted = set(), f"\0{name}={value}\0".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile
            if wanted in b"\0" + (folder / "environ").read_bytes():
                found.add(int(folder.name))
    return found


def links(pid: int) -> set[str]:
    """What the open files of a process are; nothing where it has ended."""
    found = set()
    with suppress(OSError):
        for name in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                found.add(str(name.readlink()))
    return found
