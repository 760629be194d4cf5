"""A folder for the databases of one run, in memory if there is room."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a folder of our own is made there


@contextmanager
def short_lived_folder() -> Iterator[Path]:
    """A new folder, removed at the end; those of runs that were killed are removed first.

    Databases are made and dropped all the time: in memory that costs no disk.
    """
    room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free
    place = MEMORY if room > ROOM else Path(tempfile.gettempdir())
    for left in place.glob("ideahub-tests-*"):
        owner = re.match(r"ideahub-tests-(\d+)-", left.name)
        if owner and not _lives(int(owner[1])):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"ideahub-tests-{os.getpid()}-", dir=place) as folder:
        yield Path(folder)


def copy_data(made: Path, copy: Path) -> Path:
    """Copies a database's data folder, while no server runs there; gives the copy.

    There are 1300 files: `cp` takes half of the time that `shutil` takes.
    """
    copy.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-Rp", made, copy], check=True)
    return copy


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True
