"""What one worker makes for all of them: each runs its tests in a process of its own."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def write_whole(path: Path, text: str) -> None:
    """Writes a file that nobody ever sees half written."""
    with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    Path(file.name).replace(path)
