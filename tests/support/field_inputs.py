"""Where the small inputs are that broke this or other software, beside the repository."""

import os
from pathlib import Path

import pytest


def field_folder() -> Path:
    """The folder with the inputs; skips the test where they are not here.

    IDEAHUB_FIELD_DATA names it, else it is `shared/data/field` beside the repository.
    """
    beside = Path(__file__).parents[3] / "shared" / "data" / "field"
    folder = Path(os.environ.get("IDEAHUB_FIELD_DATA") or beside)
    if not folder.is_dir():
        pytest.skip("the field's inputs, ../shared/data/field, are not here")
    return folder
