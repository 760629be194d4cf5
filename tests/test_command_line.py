"""What the operator types, and what is said when it cannot be done."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.__main__ import main
from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.sessions import begin_session
from ideahub.core.config import read_config
from ideahub.core.db import open_database
from ideahub.core.viewer import Role
from ideahub.organisations.granting import grant_role
from ideahub.organisations.models import Person
from ideahub.server import embedded
from tests.support.mail_sink import Sink, free_port, mail_server
from tests.support.short_lived import copy_data, short_lived_folder

# Each test starts the command anew.
pytestmark = pytest.mark.slow

PUBLIC = {"IDEAHUB_PUBLIC_URL": "https://ideas.example"}
HTTP = {"IDEAHUB_PUBLIC_URL": "http://ideas.example"}


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an installation that was never started."""
    with short_lived_folder() as folder:
        settle(folder, monkeypatch)
        yield folder


@pytest.fixture
def here(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation that was started once: its database is empty."""
    settle(own_folder.parent, monkeypatch)
    return own_folder.parent


@pytest.fixture(scope="module")
def standing(migrated_folder: Path) -> Iterator[Path]:
    """The folder of one installation for all commands that change nothing there."""
    with short_lived_folder() as folder:
        copy_data(migrated_folder, folder / "postgres")
        yield folder


@pytest.fixture
def there(standing: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands work in the standing installation."""
    settle(standing, monkeypatch)
    return standing


def settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work in this folder from now on."""
    monkeypatch.setenv("IDEAHUB_VAR", str(folder))
    monkeypatch.delenv("IDEAHUB_DATABASE_URL", raising=False)


def test_an_admin_is_made_and_everything_is_right(
    new: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IDEAHUB_PASSWORD", "five words that nobody guesses")
    assert main(["create-admin", "ann@city.example", "--name", "Ann"]) == 0
    assert "is an admin" in capfd.readouterr().out
    assert main(["check"]) == 0
    checked = capfd.readouterr().out
    assert "wrong" not in checked
    assert "tallies: votes agree" in checked


@pytest.mark.parametrize(
    ("environment", "arguments", "said"),
    [
        ({"PORT": "eighty"}, ["run"], "PORT must be a whole number"),
        ({"IDEAHUB_DATABASE_URL": "mysql://x"}, ["migrate"], "must begin with postgresql://"),
        ({"IDEAHUB_DATABASE_URL": "postgresql://localhost:1/x"}, ["migrate"], "Connect"),
        ({"IDEAHUB_SMTP_URL": "mail"}, ["run"], "IDEAHUB_SMTP_URL must look like"),
        ({"IDEAHUB_DEMO": "perhaps"}, ["run"], "IDEAHUB_DEMO must be 1 or 0"),
        ({"IDEAHUB_PUBLIC_URL": "ftp://x"}, ["run"], "IDEAHUB_PUBLIC_URL must begin with"),
        ({"IDEAHUB_PUBLIC_URL": "https://[::1"}, ["run"], "IDEAHUB_PUBLIC_URL must begin with"),
        ({"IDEAHUB_PUBLIC_URL": "https://"}, ["run"], "IDEAHUB_PUBLIC_URL must begin with"),
        (PUBLIC | {"IDEAHUB_DEMO": "1"}, ["run"], "IDEAHUB_DEMO_IN_PUBLIC=1, too"),
        (PUBLIC | {"IDEAHUB_DEMO": "1"}, ["demo"], "Set it to 0"),
        (PUBLIC | {"IDEAHUB_DEVELOPMENT": "1", "IDEAHUB_DEMO": "0"}, ["run"], "everyone's mail"),
        (
            PUBLIC | {"IDEAHUB_DEVELOPMENT": "1", "IDEAHUB_DEMO_IN_PUBLIC": "1"},
            ["run"],
            "everyone's mail",
        ),
        ({"IDEAHUB_PASSWORD": "short"}, ["create-admin", "a@b.example"], "at least 15"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    there: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    environment: dict[str, str],
    arguments: list[str],
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 2
    told = capfd.readouterr().err
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("environment", "wrong"),
    [
        (PUBLIC, set()),
        (PUBLIC | {"IDEAHUB_DEMO": "1"}, {"demo"}),
        (PUBLIC | {"IDEAHUB_DEMO": "1", "IDEAHUB_DEMO_IN_PUBLIC": "1"}, {"demo"}),
        (PUBLIC | {"IDEAHUB_DEVELOPMENT": "1", "IDEAHUB_DEMO": "0"}, {"development"}),
        (PUBLIC | {"IDEAHUB_DEVELOPMENT": "1"}, {"development", "demo"}),
        (HTTP, {"address"}),
        (HTTP | {"IDEAHUB_DEVELOPMENT": "1"}, {"address", "development", "demo"}),
        (HTTP | {"IDEAHUB_DEMO": "1", "IDEAHUB_DEMO_IN_PUBLIC": "1"}, {"address", "demo"}),
        ({}, set()),
        ({"IDEAHUB_PUBLIC_URL": "https://localhost"}, set()),
    ],
)
def test_open_doors_are_wrong_in_public_only(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    database_url: str,
    environment: dict[str, str],
    wrong: set[str],
) -> None:
    with mail_server(Sink()) as port:
        settings = {
            "IDEAHUB_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "IDEAHUB_DATABASE_URL": database_url,
        }
        for name, value in (settings | environment).items():
            monkeypatch.setenv(name, value)
        main(["check"])
    lines = capfd.readouterr().out.splitlines()
    found = {line.split()[1].rstrip(":") for line in lines if line.startswith("wrong")}
    assert found - {"schema", "assets"} == wrong


def test_a_mail_server_at_which_nothing_answers_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], database_url: str
) -> None:
    monkeypatch.setenv("IDEAHUB_DATABASE_URL", database_url)
    monkeypatch.setenv("IDEAHUB_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    assert main(["check"]) == 1
    (mail,) = [line for line in capfd.readouterr().out.splitlines() if " mail: " in line]
    assert mail.startswith("wrong  mail: nothing answers at 127.0.0.1:")


def test_what_a_demo_left_behind_is_wrong_without_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with embedded.database(here / "postgres") as url:
        assert main(["demo"]) == 0
        asyncio.run(leave_doors_open(url))
        assert main(["check"]) == 0
        assert "still stand" not in capfd.readouterr().out
        monkeypatch.setenv("IDEAHUB_DEMO", "0")
        assert main(["check"]) == 1
        told = capfd.readouterr().out
        assert "wrong  demo: sessions of its people still stand: 2" in told
        assert "wrong  demo: roles its people gave to others still stand: 1" in told


async def leave_doors_open(url: str) -> None:
    """A visitor of the demo makes somebody real an admin, and stays."""
    database = open_database(url, size=2)
    assert isinstance(database.bind, AsyncEngine)
    async with database.transaction() as db:
        ines = (await db.scalars(select(Person).where(Person.name == "Ines Moreau"))).one()
        for _browser in range(2):
            viewer = await find_viewer(db, await begin_session(db, ines.id), demo=True)
        real = Person(name="Zed", email="zed@mail.example")
        db.add(real)
        await db.flush()
        await grant_role(db, viewer, real.id, Role.ADMIN, None)
    await database.bind.dispose()


def test_containers_start_without_the_demo() -> None:
    compose = Path(__file__).parents[1] / "compose.yaml"
    assert "IDEAHUB_DEMO: ${IDEAHUB_DEMO:-0}" in compose.read_text()


def test_a_taken_port_is_named(
    there: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        assert main(["run"]) == 2
    assert "Choose another port" in capfd.readouterr().err


def test_an_import_ends_with_one_object(
    here: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({"_challenge": [{"challenge-id": "1", "challenge-title": "One"}]}))
    arguments = ["import", "challenge-gov", str(feed), "--json"]
    command = [sys.executable, "-m", "ideahub", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=True)
    assert main(arguments) == 0
    for created, said in ((1, ran.stdout), (0, capfd.readouterr().out)):
        last = json.loads(said.strip().splitlines()[-1])
        assert last["campaigns"] == {"created": created, "unchanged": 1 - created}
        assert set(last) == {"campaigns", "ideas", "people", "votes", "refused"}


def test_a_file_that_is_not_there_is_named(there: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "polis", str(there / "nowhere")]) in {1, 2}
    told = capfd.readouterr()
    assert "nowhere" in told.out + told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("url", ["HTTPS://Ideas.Example.org", " https://ideas.example.org/ "])
def test_an_address_is_https_however_it_is_written(url: str) -> None:
    config = read_config({"IDEAHUB_PUBLIC_URL": url})
    assert config.secure
    assert config.public_url == "https://ideas.example.org"
    assert not config.development
