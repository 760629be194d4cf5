"""Runs PostgreSQL without root's privileges, as a child process that ends with its parent.

PostgreSQL refuses to run as root. A root user therefore runs it in a user namespace, where root's
own files stay root's, or, where namespaces are forbidden, as an existing account without rights.
A `way` names which: "" for a user who is not root, NAMESPACE, or an account's name.

`child()` gives the command line: it runs this file as a small program that drops its privileges
and then becomes PostgreSQL, because code between fork and exec is not safe in a process with
threads.
"""

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

NAMESPACE = "namespace"
ACCOUNTS = ("postgres", "nobody")
HOME = Path("/var/lib/ideahub")

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def child(way: str, *command: str | Path) -> list[str]:
    """The command line that runs `command` as a child of this process, without privileges."""
    start = [sys.executable, "-I", "-S", __file__, str(os.getpid()), way]
    return start + [str(part) for part in command]


def choose_way(data: Path) -> str:
    """The way to run without root's privileges; data keep the account that owns them."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_uid: entry.pw_name for entry in pwd.getpwall()}
    owner = data.stat().st_uid if data.exists() else 0
    if owner in names and owner != 0:
        return names[owner]
    if subprocess.run(child(NAMESPACE), stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return NAMESPACE
    return next((name for name in ACCOUNTS if name in names.values()), "")


def reachable_data(data: Path, way: str) -> Path:
    """The real path of a data directory. Where the account cannot reach it, it is moved to one
    that it can, and `data` becomes a link to that."""
    real = data.resolve()
    if way and not _reachable(real, way):
        real = _home() / f"{data.name}-{os.urandom(6).hex()}"
        if data.exists():
            shutil.move(data, real)
        data.unlink(missing_ok=True)
        data.symlink_to(real)
    if real.exists():
        hand_over(real, way)
    return real


def reachable_binaries(binaries: Path, way: str) -> Path:
    """The folder of the programs, or of a copy where the account cannot reach them."""
    if not way or _reachable(binaries / "postgres", way):
        return binaries
    package = binaries.parent.parent
    made = (binaries / "postgres").stat()
    copy = _home() / f"binaries-{made.st_size}-{made.st_mtime_ns}"
    if not copy.exists():
        fresh = copy.with_suffix(f".{os.getpid()}")
        for part in (package, package.with_suffix(".libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name)
        fresh.rename(copy)
    return copy / package.name / binaries.relative_to(package)


def make_private(folder: Path, way: str) -> None:
    """Makes a folder that only the account can enter, unless it is there already.

    Raises `PermissionError` where there is one that is open to others, or somebody else's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    known = found.st_uid in (os.geteuid(), _account(way)[0])
    if not stat.S_ISDIR(found.st_mode) or not known or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is open to others or belongs to someone else")
    hand_over(folder, way)


def hand_over(tree: Path, way: str) -> None:
    """Makes the account the owner of a folder and all that is in it."""
    uid, gid = _account(way)
    if way and tree.stat().st_uid != uid:
        # The folder itself last: its owner tells whether all was done.
        for path in (*tree.rglob("*"), tree):
            os.chown(path, uid, gid, follow_symlinks=False)


def _account(way: str) -> tuple[int, int]:
    if way in ("", NAMESPACE):  # in a namespace, root's files stay root's
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(way)
    return entry.pw_uid, entry.pw_gid


def _home() -> Path:
    HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return HOME


def _reachable(path: Path, way: str) -> bool:
    uid, _ = _account(way)
    return all(_may_enter(parent.stat(), uid) for parent in path.parents if parent.exists())


def _may_enter(folder: os.stat_result, uid: int) -> bool:
    bit = stat.S_IXUSR if folder.st_uid == uid else stat.S_IXOTH
    return bool(folder.st_mode & bit)


def _drop_privileges(way: str) -> None:
    if way == NAMESPACE:
        _enter_namespace()
    elif way:
        uid, gid = _account(way)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def _enter_namespace() -> None:
    # Inside, root's files belong to some ordinary account; initdb wants one with a name.
    inside = next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in (0, 65534))
    uid, gid = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are forbidden here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {gid} 1")


def _main(parent: int, way: str, command: list[str]) -> None:
    _drop_privileges(way)
    if sys.platform == "linux":  # after dropping privileges, which would clear it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit("The command that wanted a database has ended.")
    if command:
        os.execv(command[0], command)  # noqa: S606 (its whole purpose)


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
