"""What the parent of several processes does where one of them, or the new code, does not start."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from ideahub.core.config import Misconfigured, read_config
from ideahub.server import renewing, workers
from ideahub.server.forking import Child, Lifeline, Say, fork
from ideahub.server.renewing import Handed, renew
from ideahub.server.serving import listen
from ideahub.server.workers import LONGEST_PAUSE, Place
from tests.support.mail_sink import free_port

# Newer Pythons warn of a fork beside other threads: those of the tests, not of the parent.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

SECONDS = 20.0


def never() -> bool:
    return False


@pytest.fixture
def lifeline() -> Lifeline:
    return Lifeline()


def ended(child: Child) -> int:
    """The exit code of a child, after it has ended."""
    until = time.monotonic() + SECONDS
    while not child.has_ended():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert child.status is not None
    return os.waitstatus_to_exitcode(child.status)


def test_a_child_says_when_it_is_ready_and_ends_with_its_code(lifeline: Lifeline) -> None:
    def work(say: Say) -> int:
        say("here I am")
        return 7

    child = fork(lifeline, work)
    assert child.until_ready(SECONDS, never) == "here I am"
    assert ended(child) == 7


def test_a_child_that_fails_says_why_and_never_does_its_parents_work(
    lifeline: Lifeline, capfd: pytest.CaptureFixture[str]
) -> None:
    def wrong_setting(_say: Say) -> int:
        raise Misconfigured("PORT must be a number")

    def fault(_say: Say) -> int:
        raise ZeroDivisionError("a fault of ours")

    for work, code, said in (
        (wrong_setting, 2, "ideahub: PORT must be a number"),
        (fault, 1, "a fault of ours"),
    ):
        child = fork(lifeline, work)
        assert child.until_ready(SECONDS, never) is None
        assert ended(child) == code
        assert said in capfd.readouterr().err


def test_a_child_knows_that_its_parent_is_gone(lifeline: Lifeline) -> None:
    child = fork(lifeline, lambda _say: 3 if lifeline.parent_is_gone(SECONDS) else 4)
    assert not lifeline.parent_is_gone(0)
    os.close(lifeline.write_end)
    assert ended(child) == 3


def test_an_orphan_that_does_not_end_is_ended(
    lifeline: Lifeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It heeds no SIGTERM, as one that still starts, while the database is away."""
    monkeypatch.setattr(workers, "END_SECONDS", 0.2)

    async def start_for_ever(say: Say) -> None:
        signal.signal(signal.SIGTERM, lambda _number, _frame: None)
        workers.end_with_parent(lifeline)
        say("ready")
        await asyncio.sleep(SECONDS)

    def work(say: Say) -> int:
        asyncio.run(start_for_ever(say))
        return 0

    child = fork(lifeline, work)
    assert child.until_ready(SECONDS, never) == "ready"
    os.close(lifeline.write_end)
    assert ended(child) == -signal.SIGKILL


def test_a_child_that_does_not_end_is_ended(lifeline: Lifeline) -> None:
    def stubborn(say: Say) -> int:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say("ready")
        time.sleep(SECONDS)
        return 0

    child = fork(lifeline, stubborn)
    assert child.until_ready(SECONDS, never) == "ready"
    child.end(0.2)
    assert child.status is not None
    assert os.waitstatus_to_exitcode(child.status) == -9


def test_who_dies_again_and_again_is_started_later_each_time(lifeline: Lifeline) -> None:
    place, pauses = Place(), []
    open_files = len(list(Path("/dev/fd").iterdir()))
    for _time in range(12):
        place.child = fork(lifeline, lambda _say: 1)
        ended(place.child)
        assert not place.is_free()
        pauses.append(place.pause)
        place.start_at = 0.0
        assert place.is_free()
    assert len(list(Path("/dev/fd").iterdir())) == open_files
    assert pauses == sorted(pauses)
    assert pauses[0] == workers.FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE
    place.child = fork(lifeline, lambda _say: 1)
    place.child.began -= 2 * workers.HEALTHY_SECONDS
    ended(place.child)
    assert not place.is_free()
    assert place.pause == workers.FIRST_PAUSE


@pytest.mark.parametrize("fault", ["raise ImportError('half a release')", "import nothing_here"])
def test_code_that_does_not_start_replaces_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    lifeline: Lifeline,
    tmp_path: Path,
    fault: str,
) -> None:
    monkeypatch.setattr(renewing, "TRIAL", fault)
    config = read_config({"PORT": str(free_port()), "IDEAHUB_VAR": str(tmp_path)})
    with listen(config) as listening:
        renew(Handed(listening, lifeline))
        assert not os.get_inheritable(listening.fileno())
    assert "the new code does not start, so nothing changes" in capfd.readouterr().out
    assert renewing.HANDED not in os.environ
