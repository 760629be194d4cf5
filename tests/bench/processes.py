"""What a process and its children have used, from /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _fields(process: int) -> list[str]:
    # The name of the program, in brackets, may hold spaces.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def family(process: int) -> list[int]:
    """The process and all that it started, and so on; not the database's server."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            children.setdefault(int(_fields(int(folder.name))[1]), []).append(int(folder.name))
        except OSError:
            continue  # it has ended
    found = [process]
    for one in found:
        found += [child for child in children.get(one, ()) if not _is_database(child)]
    return found


def _is_database(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip() == "postgres"
    except OSError:
        return True


def cpu_seconds(process: int) -> float:
    """The time for which the family has computed so far, with its children that have ended."""
    # utime, stime, cutime, cstime: fields 14 to 17 of proc(5), of which the first two are cut off.
    return sum(sum(map(int, _fields(one)[11:15])) for one in family(process)) / TICK


def memory_bytes(process: int) -> int:
    """The memory that the family has in RAM; what they share is counted once each."""
    return sum(
        1024 * int(line.split()[1])
        for one in family(process)
        for line in Path(f"/proc/{one}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    )
