"""Start PostgreSQL without privileges, as a child that ends with its parent.

PostgreSQL refuses to be root. A root user therefore runs it in a user namespace, where root's
own files stay root's, or, where namespaces are forbidden, as an existing account without
rights. `child()` gives the command line that does so: it runs this file as a small program
which lowers itself and then becomes PostgreSQL, because code between fork and exec is not
safe in a process with threads.
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
    """The command line that runs `command` as a child of this process, lowered in this way."""
    start = [sys.executable, "-I", "-S", __file__, str(os.getpid()), way]
    return start + [str(part) for part in command]


def way_down(data: Path) -> str:
    """How to stop being root: not at all (""), in a namespace, or as the account named."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_uid: entry.pw_name for entry in pwd.getpwall()}
    owner = data.stat().st_uid if data.exists() else 0
    if owner in names and owner != 0:
        return names[owner]
    if subprocess.run(child(NAMESPACE), stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return NAMESPACE
    return next((name for name in ACCOUNTS if name in names.values()), "")


def settle(data: Path, way: str) -> Path:
    """The real place of a data directory: itself, or a place its account can reach, linked."""
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


def within_reach(binaries: Path, way: str) -> Path:
    """These binaries, or a copy of their package where the account may run them."""
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
    """Make sure of a folder that nobody else can enter, for the account that will use it.

    Raises `PermissionError` where someone else's folder is in that place.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    known = found.st_uid in (os.geteuid(), _account(way)[0])
    if not stat.S_ISDIR(found.st_mode) or not known or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is open to others or belongs to someone else")
    hand_over(folder, way)


def hand_over(tree: Path, way: str) -> None:
    """Give a folder to the account that will use it."""
    uid, gid = _account(way)
    if way and tree.stat().st_uid != uid:
        for path in (*tree.rglob("*"), tree):  # itself last: then all is done
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


def _lower(way: str) -> None:
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
    _lower(way)
    if sys.platform == "linux":  # after lowering, which would clear it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit("The command that wanted a database has ended.")
    if command:
        os.execv(command[0], command)  # noqa: S606 (its whole purpose)


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
