"""The wheel carries pages, assets and migrations, and runs from any folder."""

import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.short_lived import short_lived_folder

# The wheel is built and installed.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from ideahub.__main__ import main; "


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installed wheel puts on the path."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(place / "site")
    return place / "site"


def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(installed: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`ideahub run` of the wheel, in this folder; yields it and its address."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("IDEAHUB_")}
    number = port()
    with subprocess.Popen(
        [sys.executable, "-c", START + "sys.exit(main())", str(installed), "run"],
        cwd=folder,
        env=mine | {"PORT": str(number), "IDEAHUB_DEMO": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            words = ""
            while "is ready" not in words:
                line = process.stdout.readline()
                assert line, words
                words += line
            yield process, f"http://127.0.0.1:{number}"
        finally:
            process.kill()


def fetch(url: str) -> str:
    return httpx.get(url, timeout=20).raise_for_status().text


def test_it_holds_everything_that_is_needed(installed: Path) -> None:
    inside = installed / "ideahub"
    assert (inside / "_web/static/dist/manifest.json").exists()
    assert list((inside / "_web/templates").rglob("*.html"))
    assert list((inside / "_migrations/versions").glob("*.py"))
    assert (inside / "conversation/refusals/en.toml").exists()
    assert list(installed.glob("ideahub-*.dist-info/licenses/LICENSE"))


def test_it_serves_pages_with_their_style_from_any_folder(installed: Path) -> None:
    with short_lived_folder() as folder, running(installed, folder) as (process, address):
        home = fetch(address)
        style = next(part for part in home.split('"') if part.endswith(".css"))
        assert "font" in fetch(address + style)
        assert fetch(address + "/readyz")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert (folder / "var/postgres/PG_VERSION").exists()
