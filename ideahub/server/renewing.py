"""How the parent of the processes becomes a new program, with the code as it lies there now.

It keeps its number, its children and the socket on which they accept: nothing is interrupted.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field

from ideahub.server.forking import SIGNALS, Child, Lifeline

HANDED = "IDEAHUB_HANDED_OVER"
# Fails where the new code cannot be imported, or refuses the settings.
TRIAL = (
    "import ideahub.__main__; "
    "from ideahub.core.config import must_be_safe_to_serve, read_config; "
    "must_be_safe_to_serve(read_config())"
)
TRIAL_SECONDS = 60.0


@dataclass
class Handed:
    """What the parent has, and hands over to the program that it becomes."""

    listening: socket.socket
    lifeline: Lifeline
    keeper: Child | None = None
    url: str | None = None
    workers: list[Child] = field(default_factory=list)


def handed_over() -> Handed | None:
    """What the program before this one has handed over; None for the first."""
    text = os.environ.pop(HANDED, None)
    if text is None:
        return None
    given = json.loads(text)
    ends = tuple(given["lifeline"])
    for descriptor in (given["listening"], *ends):
        os.set_inheritable(descriptor, False)
    return Handed(
        socket.socket(fileno=given["listening"]),
        Lifeline(ends),
        Child(given["keeper"]) if given["keeper"] else None,
        given["url"],
        [Child(pid) for pid in given["workers"]],
    )


def renew(handed: Handed) -> None:
    """Becomes the new program; returns only where that cannot start, and says so."""
    if reason := _why_not():
        print(f"ideahub: the new code does not start, so nothing changes: {reason}", flush=True)
        return
    descriptors = [handed.listening.fileno(), handed.lifeline.read_end, handed.lifeline.write_end]
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    given = {
        "listening": descriptors[0],
        "lifeline": descriptors[1:],
        "keeper": handed.keeper.pid if handed.keeper else None,
        "url": handed.url,
        "workers": [child.pid for child in handed.workers],
    }
    os.environ[HANDED] = json.dumps(given)
    # Until the new program knows what to do on a signal, it is kept back.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    # The same command, as it was typed.
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell


def _why_not() -> str | None:
    """Why the new code cannot start; None where it can."""
    try:
        subprocess.run(
            [sys.executable, "-c", TRIAL],
            capture_output=True,
            text=True,
            check=True,
            timeout=TRIAL_SECONDS,
        )
    except subprocess.CalledProcessError as failed:
        return (str(failed.stderr).strip().splitlines() or ["it does not say why"])[-1]
    except subprocess.TimeoutExpired:
        return f"it takes longer than {TRIAL_SECONDS:.0f} s"
    return None
