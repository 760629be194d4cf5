"""Who starts the embedded server, watches it and stops it.

A file lock says who owns the server. The owner holds it and the server inherits it, so it is
free exactly when both are gone, however they ended; whoever takes it may start the server.
Everyone else attaches to the running one, and takes over when it has gone. On Linux the server
stops when its owner dies; elsewhere it stays, to be attached to.
"""

import fcntl
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

from ideahub.embedded import binaries, unprivileged
from ideahub.embedded.binaries import NoServer

PATIENCE = 60.0
LOG_LIMIT = 1_000_000
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 103  # bytes: what every system allows in the path of a socket
ODD = re.compile(r"[^A-Za-z0-9/._-]")  # means something in a URL or a PostgreSQL setting
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
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INITDB = ["--username=postgres", "--auth=trust", "--no-instructions"]  # the folder is the guard
FIRST_WORDS = b"create role ideahub login createdb;\ncreate database ideahub owner ideahub;\n"

# The server is told to stop when the *thread* that forked it ends: this one lives as we do.
_forker = ThreadPoolExecutor(1, "embedded-postgres")


class Server:
    """The server of one data directory, as this command sees it: its own or another's."""

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data = data
        self.sockets: Path | None = None
        self._settings = SETTINGS if durable else SETTINGS | CARELESS
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._mark = 0
        self._turn = threading.Lock()

    def join(self) -> None:
        """Start the server, or attach to the one that runs. Raises `NoServer`."""
        deadline = time.monotonic() + PATIENCE
        while not (self.ensure() or self._answers()):
            if time.monotonic() > deadline:
                raise NoServer(
                    f"Another command holds the database in {self.data}, but it does not answer. "
                    f"End that command, or look into {self._beside('.log')}."
                )
            time.sleep(0.02)

    def ensure(self) -> bool:
        """Start the server if none runs and no other command owns it; say whether it did."""
        with self._turn:
            if self._process and self._process.poll() is None:
                return False
            try:
                if not self._take_lock():
                    return False
                self._start()
            except OSError as problem:
                raise NoServer(
                    f"The database in {self.data} cannot be started: {problem}. The folder must "
                    "belong to the user who starts IdeaHub, on a disk with some space left."
                ) from problem
            return True

    def leave(self) -> None:
        """Stop the server if it is this command's own."""
        with self._turn:
            if self._process:
                _stop(self._process)
                if self.sockets and self.sockets != self.data.resolve():
                    shutil.rmtree(self.sockets, ignore_errors=True)
            if self._lock is not None:
                os.close(self._lock)
            self._process = self._lock = None

    def _beside(self, suffix: str) -> Path:
        return self.data.with_name(self.data.name + suffix)

    def _take_lock(self) -> bool:
        if self._lock is None:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._beside(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True

    def _start(self) -> None:
        way = unprivileged.way_down(self.data)
        real = unprivileged.settle(self.data, way)
        made = real / "PG_VERSION"
        release, folder = binaries.find(int(made.read_text()) if made.exists() else None)
        folder = unprivileged.within_reach(folder, way)
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
        self._run(way, [folder / "postgres", "--single", "-D", fresh, "postgres"], FIRST_WORDS)
        fresh.rename(real)

    def _run(self, way: str, command: list[str | Path], words: bytes = b"") -> None:
        process = self._spawn(way, command, subprocess.PIPE)
        process.communicate(words)
        if process.returncode != 0:
            self._fail()

    def _serve(self, way: str, command: list[str | Path]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._process = self._spawn(way, command, subprocess.DEVNULL)
            while self._process.poll() is None and time.monotonic() < deadline:
                if self._answers(self._process.pid):
                    return
                time.sleep(0.01)
            if "still in use" not in self._last_words():
                break
            time.sleep(0.2)  # the last of a killed server's processes are on their way out
        self._fail()

    def _spawn(self, way: str, command: list[str | Path], stdin: int) -> subprocess.Popen[bytes]:
        assert self._lock is not None
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        with self._beside(".log").open("ab") as log:
            if log.tell() > LOG_LIMIT:
                log.truncate(0)
            self._mark = log.tell()
            return _forker.submit(
                subprocess.Popen,
                unprivileged.child(way, *command),
                stdin=stdin,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment,
                pass_fds=(self._lock,),
                start_new_session=True,  # or Ctrl-C would stop it under our feet
            ).result()

    def _answers(self, pid: int | None = None) -> bool:
        """Whether a server (that of this pid) accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) < 8 or not lines[7].startswith("ready"):
            return False
        if pid is not None and int(lines[0]) != pid:
            return False
        self.sockets = Path(lines[4])
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.sockets / SOCKET)) == 0

    def _last_words(self) -> str:
        with self._beside(".log").open(errors="replace") as log:
            log.seek(self._mark)
            return "".join(log.readlines()[-12:])

    def _fail(self) -> NoReturn:
        log = self._beside(".log")
        raise NoServer(f"PostgreSQL did not start. The end of {log}:\n{self._last_words()}")


def _socket_place(real: Path) -> Path:
    """The data directory, unless its name is too long for a socket or odd in an address."""
    if len(bytes(real / SOCKET)) <= SOCKET_LIMIT and not ODD.search(str(real)):
        return real
    name = "ideahub-" + hashlib.sha256(bytes(real)).hexdigest()[:16]
    return Path(tempfile.gettempdir()).resolve() / name


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
