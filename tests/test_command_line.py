"""What the operator types, and what is said when it cannot be done."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ideahub.__main__ import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with an empty database."""
    monkeypatch.setenv("IDEAHUB_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("IDEAHUB_DATABASE_URL", raising=False)
    return tmp_path


def test_an_admin_is_made_and_everything_is_right(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
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
        ({"IDEAHUB_PASSWORD": "short"}, ["create-admin", "a@b.example"], "at least 15"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    here: Path,
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


def test_a_taken_port_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        assert main(["run"]) == 2
    assert "Choose another port" in capfd.readouterr().err


def test_an_import_ends_with_one_object(here: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({"_challenge": [{"challenge-id": "1", "challenge-title": "One"}]}))
    command = [sys.executable, "-m", "ideahub", "import", "challenge-gov", str(feed), "--json"]
    for created in (1, 0):
        ran = subprocess.run(
            command, capture_output=True, text=True, env=dict(os.environ), check=True
        )
        last = json.loads(ran.stdout.strip().splitlines()[-1])
        assert last["campaigns"] == {"created": created, "unchanged": 1 - created}
        assert set(last) == {"campaigns", "ideas", "people", "votes", "refused"}


def test_a_file_that_is_not_there_is_named(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "polis", str(here / "nowhere")]) in {1, 2}
    told = capfd.readouterr()
    assert "nowhere" in told.out + told.err
    assert "Traceback" not in told.err
