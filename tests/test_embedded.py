"""The embedded PostgreSQL: whatever ends a command or a server, the next start finds its data."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ideahub.server import embedded
from ideahub.server.embedded import binaries, unprivileged
from tests.support.short_lived import copy_data, short_lived_folder

# Each test starts and stops servers.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
# Another command of ours: it says where its database is, and ends when its input does.
COMMAND = """
import sys
from pathlib import Path
from ideahub.server import embedded
with embedded.database(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must lower itself")


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    with short_lived_folder() as folder:
        with embedded.database(folder / "postgres", durable=False):
            pass
        yield folder / "postgres"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Removed at once: a thousand files of each database would stay in `tmp_path`."""
    with short_lived_folder() as folder:
        yield folder


@pytest.fixture
def data(made_once: Path, folder: Path) -> Path:
    return copy_data(made_once, folder / "var" / "postgres")


@pytest.fixture
def nothing(folder: Path) -> Path:
    """Where a database is to be made for the first time."""
    return folder / "var" / "postgres"


def ask(url: str, sql: str) -> str:
    """What the database behind this URL answers, by its own `psql`."""
    psql = binaries.find(None)[1] / "psql"
    host = parse_qs(urlsplit(url).query)["host"][0]
    words = ["-h", host, "-U", "ideahub", "-d", "ideahub", "-v", "ON_ERROR_STOP=1", "-Atc", sql]
    done = subprocess.run([psql, *words], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


def server_pid(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def runs(pid: int) -> bool:
    """Whether the process lives; one that ended and was not yet collected does not."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or ") Z " not in stat.read_text()
    return False


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def other_command(data: Path, *before: str) -> Iterator[subprocess.Popen[str]]:
    command = [*before, sys.executable, "-c", COMMAND, str(data)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> int:
    assert process.stdin
    process.stdin.close()
    return process.wait(30)


def test_what_is_written_is_there_after_a_restart(nothing: Path) -> None:
    with embedded.database(nothing) as url:
        ask(url, "create table t as select 'kept' as word")
        first = server_pid(nothing)
    assert not runs(first)
    assert not (nothing / "postmaster.pid").exists()
    with embedded.database(nothing) as again:
        assert again == url
        assert ask(url, "select word from t") == "kept"


def test_the_extensions_can_be_made_and_letters_are_letters(data: Path) -> None:
    with embedded.database(data, durable=False) as url:
        ask(url, "create extension pg_trgm; create extension unaccent")
        assert ask(url, "select unaccent('Čačak') || upper('ž')") == "CacakŽ"
        assert ask(url, "select rolsuper from pg_roles where rolname = 'ideahub'") == "f"


def test_run_is_durable_and_tests_are_not(data: Path) -> None:
    with embedded.database(data) as url:
        assert ask(url, "show fsync") == "on"
    with embedded.database(data, durable=False) as url:
        assert ask(url, "show fsync") == "off"


def test_only_this_user_can_reach_it_and_not_by_network(data: Path) -> None:
    with embedded.database(data, durable=False) as url:
        assert data.stat().st_mode & 0o077 == 0
        assert ask(url, "select inet_server_addr() is null") == "t"
        assert (data / "postmaster.pid").read_text().splitlines()[5] == ""


def test_ctrl_c_does_not_stop_it_under_our_feet(data: Path) -> None:
    with embedded.database(data, durable=False):
        assert os.getsid(server_pid(data)) != os.getsid(0)


def test_a_second_command_attaches_and_leaves_it_running(data: Path) -> None:
    with embedded.database(data, durable=False) as url:
        with other_command(data) as other:
            assert said(other) == url
            assert end(other) == 0
        assert ask(url, "select 1") == "1"
        assert not embedded.ensure(data)


def test_the_attached_command_takes_over_when_the_owner_ends(data: Path) -> None:
    with other_command(data) as owner:
        assert said(owner)
        with embedded.database(data, durable=False) as url:
            ask(url, "create table t as select 1 as n")
            assert not embedded.ensure(data)
            assert end(owner) == 0
            wait_until(lambda: embedded.ensure(data))
            assert ask(url, "select n from t") == "1"
    assert not (data / "postmaster.pid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that we died")
def test_nothing_is_left_when_the_owner_is_killed(data: Path) -> None:
    with other_command(data) as owner:
        said(owner)
        pid = server_pid(data)
        owner.kill()
        wait_until(lambda: not runs(pid))


def test_the_next_start_follows_a_killed_owner_at_once(data: Path) -> None:
    with other_command(data) as owner:
        ask(said(owner), "create table t as select 1 as n")
        owner.kill()
    with embedded.database(data, durable=False) as url:
        assert ask(url, "select n from t") == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that we died")
def test_nobody_starts_a_second_server_while_the_first_is_ending(data: Path) -> None:
    with other_command(data) as owner:
        said(owner)
        pid = server_pid(data)
        os.kill(pid, signal.SIGSTOP)
        owner.kill()
    with data.with_name("postgres.lock").open() as lock:
        try:
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.kill(pid, signal.SIGCONT)
        fcntl.flock(lock, fcntl.LOCK_EX)
        wait_until(lambda: not runs(pid))


def test_a_killed_server_is_brought_back(data: Path) -> None:
    with embedded.database(data) as url:
        ask(url, "create table t as select 1 as n")
        killed = server_pid(data)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: embedded.ensure(data))
        assert server_pid(data) != killed
        assert ask(url, "select n from t") == "1"


def test_the_server_outlives_the_thread_that_asked_for_it(data: Path) -> None:
    with embedded.database(data, durable=False) as url:
        os.kill(server_pid(data), signal.SIGKILL)
        thread = threading.Thread(target=wait_until, args=(lambda: embedded.ensure(data),))
        thread.start()
        thread.join()
        time.sleep(0.2)
        assert ask(url, "select 1") == "1"


def test_a_file_left_by_a_killed_pair_names_a_stranger_and_stops_nothing(data: Path) -> None:
    with embedded.database(data, durable=False):
        left = (data / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        left[0] = str(stranger.pid)  # as after a reboot, when numbers begin again
        (data / "postmaster.pid").write_text("\n".join(left) + "\n")
        with embedded.database(data, durable=False) as url:
            assert ask(url, "select 1") == "1"
        stranger.kill()


def test_a_first_start_that_was_cut_short_begins_again(nothing: Path) -> None:
    half = nothing.with_name("postgres.new")
    half.mkdir(parents=True, mode=0o700)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.database(nothing, durable=False) as url:
        assert ask(url, "select 1") == "1"


def test_commands_that_start_at_the_same_time_share_one_server(nothing: Path) -> None:
    with (
        other_command(nothing) as one,
        other_command(nothing) as two,
        other_command(nothing) as three,
    ):
        urls = {said(command) for command in (one, two, three)}
        assert len(urls) == 1
        assert ask(urls.pop(), "select 1") == "1"


@pytest.mark.parametrize("name", ["x" * 120, "a clone, with: odd & ünusual letters"])
def test_any_folder_will_do(made_once: Path, folder: Path, name: str) -> None:
    data = copy_data(made_once, folder / name / "var" / "postgres")
    with embedded.database(data, durable=False) as url, other_command(data) as other:
        assert said(other) == url
        assert ask(url, "select 1") == "1"
        sockets = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()


def test_it_says_why_it_did_not_start(data: Path) -> None:
    with embedded.database(data, durable=False):
        pass
    (data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(embedded.NoServer, match="pg_control"), embedded.database(data):
        pass


def test_data_of_another_release_is_named(nothing: Path) -> None:
    nothing.mkdir(parents=True, mode=0o700)
    (nothing / "PG_VERSION").write_text("9\n")
    with pytest.raises(embedded.NoServer, match="PostgreSQL 9"), embedded.database(nothing):
        pass


def test_a_folder_of_something_else_is_left_alone(nothing: Path) -> None:
    nothing.mkdir(parents=True, mode=0o700)
    (nothing / "letters").write_text("mine")
    with pytest.raises(embedded.NoServer, match="cannot be started"), embedded.database(nothing):
        pass
    assert (nothing / "letters").read_text() == "mine"


def test_no_postgresql_at_all_says_what_to_do(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_folders", lambda: iter(()))
    with pytest.raises(embedded.NoServer, match="IDEAHUB_DATABASE_URL"), embedded.database(nothing):
        pass


@as_root
def test_an_ordinary_user_can_run_it(nothing: Path) -> None:
    probe = unprivileged.child(unprivileged.NAMESPACE, "/bin/true")
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are forbidden here")
    with other_command(nothing, *unprivileged.child(unprivileged.NAMESPACE)) as command:
        assert ask(said(command), "select 1") == "1"
        assert end(command) == 0


@as_root
@pytest.mark.parametrize("reachable", [True, False])
def test_root_without_namespaces_uses_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, reachable: bool
) -> None:
    home = Path(tempfile.mkdtemp(prefix="ideahub-test-"))
    monkeypatch.setattr(unprivileged, "HOME", home / "home")
    home.chmod(0o755)
    data = (home / "var" if reachable else tmp_path) / "postgres"
    monkeypatch.setattr(unprivileged, "NAMESPACE", "forbidden")
    if not reachable:
        within = unprivileged._reachable
        monkeypatch.setattr(
            unprivileged,
            "_reachable",
            lambda path, way: path.is_relative_to(home) and within(path, way),
        )
    try:
        for word in ("first", "second"):
            with embedded.database(data, durable=False) as url:
                ask(url, f"create table {word} as select 1")
                assert Path(f"/proc/{server_pid(data)}").stat().st_uid != 0
                assert data.is_symlink() is not reachable
                program = Path(f"/proc/{server_pid(data)}/exe").readlink()
                assert program.is_relative_to(home) is not reachable
    finally:
        shutil.rmtree(home)
