"""`make`: what only tells changes nothing, and a broken environment is made anew where needed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COPIED = [ROOT / "Makefile", ROOT / "pyproject.toml", *sorted(ROOT.glob("requirements*.txt"))]
NODE_PACKAGES = ("web/assets", "tests/openid_connect/provider")
# Makes an environment whose Python writes down what it is asked for.
PYTHON = """#!/bin/sh
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "$@" >> asked\\n' > .venv/bin/python
chmod +x .venv/bin/python
"""

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a clone as `make` looks at, in a folder whose name holds a space."""
    folder = tmp_path / "a clone"
    for inside in (*NODE_PACKAGES, "web/templates", "ideahub"):
        (folder / inside).mkdir(parents=True)
    for path in COPIED:
        shutil.copy(path, folder)
    for inside in NODE_PACKAGES:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / inside / name, folder / inside)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return folder


def make(folder: Path, *arguments: str) -> str:
    """What it says; fails with it where make fails."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", *arguments, f"PYTHON={folder.parent / 'python'}"]
    done = subprocess.run(
        command, cwd=folder, env=mine, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def break_environment(folder: Path) -> None:
    """Its Python starts no more, as after an upgrade of the system."""
    (folder / ".venv/bin").mkdir(parents=True, exist_ok=True)
    (folder / ".venv/bin/python").unlink(missing_ok=True)
    (folder / ".venv/bin/python").symlink_to("/nowhere/python3")
    (folder / ".venv/mine").write_text("kept")
    (folder / ".venv/.place").write_text(f"{folder}\n")


def everything(folder: Path) -> dict[Path, tuple[int, int]]:
    """All that lies there, and when it was changed."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in found.items()}


@pytest.mark.parametrize("asked", [["help"], [], ["-n", "run"], ["-n", "test"], ["-n", "assets"]])
def test_what_only_tells_leaves_every_file_alone(clone: Path, asked: list[str]) -> None:
    break_environment(clone)
    before = everything(clone)
    assert make(clone, *asked)
    assert everything(clone) == before


def test_a_broken_environment_is_made_anew_where_it_is_needed(clone: Path) -> None:
    break_environment(clone)
    assert "Making the Python environment" in make(clone, ".venv/.run")
    assert not (clone / ".venv/mine").exists()
    assert (clone / "asked").read_text().count("-m pip") == 2
    assert make(clone, ".venv/.run") == ""


def test_a_clone_that_was_moved_installs_everything_again(clone: Path, tmp_path: Path) -> None:
    make(clone, ".venv/.run")
    moved = clone.rename(tmp_path / "elsewhere")
    assert "Installing Python packages" in make(moved, ".venv/.run")
    assert (moved / ".venv/.place").read_text() == f"{moved}\n"


def test_an_environment_of_ones_own_is_kept(clone: Path) -> None:
    subprocess.run([str(clone.parent / "python")], cwd=clone, check=True)
    (clone / ".venv/mine").write_text("kept")
    make(clone, ".venv/.run")
    assert (clone / ".venv/mine").exists()
