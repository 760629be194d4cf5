"""Several processes that serve together, and their parent, which starts and watches them.

All of them accept on one socket: the system gives a connection to whoever is free first, and none
is lost when one of them ends. (With a socket for each, SO_REUSEPORT, those that wait at a socket
are reset when its process ends.) The parent serves nothing and has no event loop, no threads and
no connections, so that it can fork at any time. One child keeps the embedded database.
"""

import asyncio
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

import uvloop

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.http.pages import compile_templates
from ideahub.server import embedded
from ideahub.server.choosing_database import database_url
from ideahub.server.forking import SIGNALS, Child, Lifeline, Say, fork
from ideahub.server.preparing import prepare
from ideahub.server.renewing import Handed, handed_over, renew
from ideahub.server.serving import (
    ENSURE_SECONDS,
    announce,
    listen,
    must_be_complete,
    serve_prepared,
)

# How long a child may take to be ready, and to end.
READY_SECONDS, END_SECONDS = 120.0, 15.0
# The database of a parent that was killed ends later than the processes, which still answer.
ORPHAN_SECONDS = 5.0
# A process that dies again and again is started later each time.
FIRST_PAUSE, LONGEST_PAUSE, HEALTHY_SECONDS = 0.2, 30.0, 10.0


def supervise(config: Config) -> int:
    """Serves with several processes until SIGTERM or Ctrl-C; returns the exit code.

    SIGHUP replaces them one after the other, with the code as it lies there then.
    Raises Misconfigured, NotBuilt, PortTaken.
    """
    must_be_complete(config)
    compile_templates(config.language)
    handed = handed_over() or Handed(listen(config), Lifeline())
    # What is there now is shared by all that are forked, until it is changed.
    gc.collect()
    gc.freeze()
    return Supervisor(config, handed).run()


@dataclass
class Place:
    """One of the processes that serve; another is started in its place when it has died."""

    child: Child | None = None
    pause: float = 0.0
    start_at: float = 0.0

    def is_free(self) -> bool:
        """Whether none runs here, and it is time to start one."""
        if self.child and self.child.has_ended():
            is_well = self.child.age > HEALTHY_SECONDS
            self.pause = FIRST_PAUSE if is_well else min(LONGEST_PAUSE, self.pause * 2)
            self.pause = max(self.pause, FIRST_PAUSE)
            self.start_at = time.monotonic() + self.pause
            print(f"ideahub: a process has ended; another starts in {self.pause:.1f} s", flush=True)
            self.child = None
        return self.child is None and time.monotonic() >= self.start_at


class Supervisor:
    """The parent of the processes that serve."""

    def __init__(self, config: Config, handed: Handed) -> None:
        self.config = config
        self.handed = handed
        self.stopping = False
        self.renewing = False
        self.places = [Place() for _ in range(config.workers)]
        self._wakes, self._woken = socket.socketpair()
        for end in (self._wakes, self._woken):
            end.setblocking(False)
        self._listen_to_signals()

    def run(self) -> int:
        """Starts everything, watches it, and ends it; returns the exit code."""
        try:
            if self.handed.workers:
                self._take_over()
            elif not self._begin():
                return 2
            self._watch()
        finally:
            self._end()
        return 0

    def _begin(self) -> bool:
        self.handed.keeper = keeper = self._fork_keeper()
        self.handed.url = keeper.until_ready(READY_SECONDS, lambda: self.stopping)
        if not self.handed.url:
            return self.stopping
        if self.config.database_url:
            # It has nothing to keep.
            keeper.end(END_SECONDS)
            self.handed.keeper = None
        for number, place in enumerate(self.places):
            place.child = self._fork_worker(is_first=number == 0)
        return True

    def _take_over(self) -> None:
        """Goes on where the code before this one was: with its processes, replaced one by one."""
        keeper = self._fork_keeper(only_prepares=True)
        if keeper.until_ready(READY_SECONDS, lambda: self.stopping) is None:
            print("ideahub: the database could not be prepared; the processes stay", flush=True)
            self.places = [Place(child) for child in self.handed.workers]
            self.handed.workers = []
            return
        keeper.end(END_SECONDS)
        self._roll()

    def _roll(self) -> None:
        """Starts a process for each of the former ones before that one ends."""
        before, self.handed.workers = self.handed.workers, []
        for place, former in zip_longest(self.places, before):
            child = self._fork_worker(is_first=False)
            if child.until_ready(READY_SECONDS, lambda: self.stopping) is None:
                print("ideahub: a new process did not start; the former ones stay", flush=True)
                child.end(END_SECONDS)
                place.child = former
                continue
            place.child = child
            if former:
                former.end(END_SECONDS)
        print("ideahub: the processes are renewed", flush=True)

    def _watch(self) -> None:
        while not self.stopping:
            if self.renewing:
                self.renewing = False
                self.handed.workers = [place.child for place in self.places if place.child]
                renew(self.handed)
                self.handed.workers = []
            self._start_what_ended()
            self._sleep()

    def _start_what_ended(self) -> None:
        keeper = self.handed.keeper
        if self.config.database_url is None and keeper and keeper.has_ended():
            time.sleep(FIRST_PAUSE)
            self.handed.keeper = self._fork_keeper()
        for place in self.places:
            if place.is_free():
                place.child = self._fork_worker(is_first=False)

    def _end(self) -> None:
        children = [*self.handed.workers, *(place.child for place in self.places if place.child)]
        for child in children:
            child.send(signal.SIGTERM)
        for child in children:
            child.end(END_SECONDS)
        if self.handed.keeper:
            self.handed.keeper.end(4 * END_SECONDS)
        self.handed.listening.close()

    def _fork_keeper(self, *, only_prepares: bool = False) -> Child:
        config, lifeline = self.config, self.handed.lifeline
        return fork(lifeline, lambda say: _keep(config, lifeline, say, only_prepares=only_prepares))

    def _fork_worker(self, *, is_first: bool) -> Child:
        config, handed = self.config, self.handed
        return fork(handed.lifeline, lambda say: _work(config, handed, say, is_first=is_first))

    def _listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        doing: dict[int, Callable[[], None]] = {
            signal.SIGTERM: self._stop,
            signal.SIGINT: self._stop,
            signal.SIGHUP: self._renew,
            signal.SIGCHLD: lambda: None,
        }
        for number in SIGNALS:
            signal.signal(number, lambda number, _frame: doing[number]())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _stop(self) -> None:
        self.stopping = True

    def _renew(self) -> None:
        self.renewing = True

    def _sleep(self) -> None:
        starts = [place.start_at for place in self.places if place.child is None]
        until = max(0.0, min(starts) - time.monotonic()) if starts else None
        if select.select([self._wakes], [], [], until)[0]:
            self._wakes.recv(4096)


def _keep(config: Config, lifeline: Lifeline, say: Say, *, only_prepares: bool) -> int:
    """Prepares the database and says its URL; then keeps the embedded server running."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with database_url(config) as url:
        asyncio.run(prepare(config, url))
        say(url)
        if config.database_url or only_prepares:
            return 0
        while not lifeline.parent_is_gone(ENSURE_SECONDS):
            try:
                embedded.ensure(config.var / "postgres")
            except (embedded.NoServer, OSError) as problem:
                print(f"ideahub: {problem}", flush=True)
        time.sleep(ORPHAN_SECONDS)
    return 0


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


def _work(config: Config, handed: Handed, say: Say, *, is_first: bool) -> int:
    """Serves; says that it does, and the first one also where."""

    async def begun(config: Config, database: Database) -> None:
        say("ready")
        if is_first:
            await announce(config, database)

    async def serve() -> int:
        end_with_parent(handed.lifeline)
        assert handed.url
        return await serve_prepared(config, handed.url, handed.listening, begun)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve())


def end_with_parent(lifeline: Lifeline) -> None:
    """Ends this process, of which the event loop runs, as its parent would end it, once that is
    gone: after END_SECONDS in any case, as one that is still starting does not heed SIGTERM."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        # It can be read from now on, so this would be called again and again.
        loop.remove_reader(lifeline.read_end)
        loop.call_later(END_SECONDS, os.kill, os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(lifeline.read_end, end)
