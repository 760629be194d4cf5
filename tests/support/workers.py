"""What one worker makes for all of them: each runs its tests in a process of its own."""

import os
from contextlib import suppress
from pathlib import Path

import pytest


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def put_in_place(made: Path, shared: Path) -> None:
    """Moves what is complete to where all workers look for it, unless another was quicker."""
    with suppress(OSError):
        made.rename(shared)
