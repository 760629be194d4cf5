"""Starts and stops the embedded server, or attaches to the one of another command."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from ideahub.server.embedded import binaries, unprivileged
from ideahub.server.embedded.binaries import NoServer
from ideahub.server.embedded.ownership import Ownership

PATIENCE_SECONDS = 60.0
LOG_LIMIT = 1_000_000  # bytes
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 103  # bytes in the path of a socket that every system allows
SPECIAL = re.compile(r"[^A-Za-z0-9/._-]")  # has a meaning in a URL or a PostgreSQL setting
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
}
# For tests, which also ask for housekeeping themselves: what begins by itself changes plans, counts
# as others' work, and holds databases that are to be dropped.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# Without a password: only who may enter the folder can connect.
INITDB = ["--username=postgres", "--auth=trust", "--no-instructions"]
FIRST_STATEMENTS = b"create role ideahub login createdb;\ncreate database ideahub owner ideahub;\n"

# The system stops the server when the *thread* that forked it ends, so this one never ends.
_forker = ThreadPoolExecutor(1, "embedded-postgres")


class EmbeddedServer:
    """The server of one data directory: started by this command, or by another."""

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data = data
        self.sockets: Path | None = None
        self._settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self._ownership = Ownership(data)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data.with_name(data.name + ".log")
        self._log_start = 0  # where the log of the last process begins
        self._turn = threading.Lock()

    def join(self) -> None:
        """Starts the server, or attaches to the one that runs. Raises `NoServer`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (self.ensure() or self._attach()):
            if time.monotonic() > deadline:
                raise NoServer(
                    f"Another command holds the database in {self.data}, but it does not answer. "
                    f"End that command, or look into {self._log}."
                )
            time.sleep(0.02)

    def ensure(self) -> bool:
        """Starts the server if none runs and no other command owns it; returns whether it did.

        Raises `NoServer` where the start fails.
        """
        with self._turn:
            if self._process and self._process.poll() is None:
                return False
            try:
                self.data.parent.mkdir(parents=True, exist_ok=True)
                if not self._ownership.take():
                    return False
                self._start()
            except OSError as problem:
                raise NoServer(
                    f"The database in {self.data} cannot be started: {problem}. The folder must "
                    "belong to the user who starts IdeaHub, on a disk with some space left."
                ) from problem
            return True

    def leave(self) -> None:
        """Stops the server if this command owns it."""
        with self._turn:
            self._ownership.resign()
            if self._process:
                _stop(self._process)
                if self.sockets and self.sockets != self.data.resolve():
                    shutil.rmtree(self.sockets, ignore_errors=True)
            self._process = None
            self._ownership.give_up()

    def _attach(self) -> bool:
        server = self._serving()
        if server is None:
            return False
        if self._ownership.is_elsewhere():
            return True
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGINT)  # only Linux stops it by itself when its owner ends
        return False

    def _start(self) -> None:
        way = unprivileged.choose_way(self.data)
        real = unprivileged.reachable_data(self.data, way)
        made = real / "PG_VERSION"
        release, folder = binaries.find(int(made.read_text()) if made.exists() else None)
        folder = unprivileged.reachable_binaries(folder, way)
        if not made.exists():
            self._create(real, way, folder, release)
        self.sockets = self.sockets or _socket_place(real)
        unprivileged.make_private(self.sockets, way)
        # We hold the lock, so a file of this name is what a killed server left behind.
        (real / "postmaster.pid").unlink(missing_ok=True)
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        self._serve(way, [folder / "postgres", "-D", real, "-k", self.sockets, *settings])

    def _create(self, real: Path, way: str, folder: Path, release: int) -> None:
        fresh = real.with_name(real.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        unprivileged.make_private(fresh, way)
        options = [*INITDB, *binaries.locale_options(release)]
        self._run(way, [folder / "initdb", "-D", fresh, *options])
        single = folder / "postgres", "--single", "-D", fresh, "postgres"
        self._run(way, [*single], FIRST_STATEMENTS)
        fresh.rename(real)

    def _run(self, way: str, command: list[str | Path], typed: bytes = b"") -> None:
        process = self._spawn(way, command, subprocess.PIPE)
        process.communicate(typed)
        if process.returncode != 0:
            self._fail()

    def _serve(self, way: str, command: list[str | Path]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self._process = self._spawn(way, command, subprocess.DEVNULL)
            while self._process.poll() is None and time.monotonic() < deadline:
                if self._serving() == self._process.pid:
                    return
                time.sleep(0.01)
            if "still in use" not in self._end_of_log():
                break
            time.sleep(0.2)  # some processes of a killed server have not ended yet
        self._fail()

    def _spawn(self, way: str, command: list[str | Path], stdin: int) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        with self._log.open("ab") as log:
            if log.tell() > LOG_LIMIT:
                log.truncate(0)
            self._log_start = log.tell()
            return _forker.submit(
                subprocess.Popen,
                unprivileged.child(way, *command),
                stdin=stdin,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment,
                pass_fds=self._ownership.inherited(),
                start_new_session=True,  # or Ctrl-C would stop it before us
            ).result()

    def _serving(self) -> int | None:
        """The process id of the server that accepts connections, None if there is none."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        if len(lines) < 8 or not lines[7].startswith("ready"):
            return None
        self.sockets = Path(lines[4])
        with socket.socket(socket.AF_UNIX) as probe:
            answers = probe.connect_ex(str(self.sockets / SOCKET)) == 0
        return int(lines[0]) if answers else None

    def _end_of_log(self) -> str:
        with self._log.open(errors="replace") as log:
            log.seek(self._log_start)
            return "".join(log.readlines()[-12:])

    def _fail(self) -> NoReturn:
        raise NoServer(f"PostgreSQL did not start. The end of {self._log}:\n{self._end_of_log()}")


def _socket_place(real: Path) -> Path:
    """The folder of the socket: the data directory, unless its path is too long or cannot stand in
    a URL."""
    if len(bytes(real / SOCKET)) <= SOCKET_LIMIT and not SPECIAL.search(str(real)):
        return real
    name = "ideahub-" + hashlib.sha256(bytes(real)).hexdigest()[:16]
    return Path(tempfile.gettempdir()).resolve() / name


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
