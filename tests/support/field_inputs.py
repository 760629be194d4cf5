"""Where the small inputs lie that broke this or other software."""

import os
from pathlib import Path

import pytest


def field_folder() -> Path:
    """The folder of inputs: IDEAHUB_FIELD_DATA, else `shared/data/field` beside the repository.

    The test that asks for it is skipped where it is absent.
    """
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "field"
    folder = Path(os.environ.get("IDEAHUB_FIELD_DATA") or beside)
    if not folder.is_dir():
        pytest.skip(f"The inputs from the field are not here: there is no folder {folder}.")
    return folder
