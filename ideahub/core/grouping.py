"""Does what many ask for at once in a few transactions: each takes all that has come meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from ideahub.core.database_faults import is_gone, is_too_slow
from ideahub.core.i18n import _
from ideahub.core.refusals import VERY_MANY, Busy


class Groupable(Protocol):
    """Something that can be done together with others."""

    @property
    def sort(self) -> Hashable:
        """The same for those that one statement does."""

    @property
    def place(self) -> Hashable:
        """What it is done to; where its row is locked by somebody else, it has to wait."""

    @property
    def key(self) -> Hashable:
        """Of those with the same key only one is in a transaction; they are done in their order."""


Item = TypeVar("Item", bound=Groupable)
Done = TypeVar("Done")


class Awaited(NamedTuple, Generic[Item, Done]):
    """Something that was asked for, and who waits for what becomes of it."""

    item: Item
    answer: asyncio.Future[Done]


class Group(Generic[Item, Done]):
    """Takes what several ask for, and does it together, while the next ones gather.

    Nobody waits for others to come: what is asked for while nothing runs begins at once. `together`
    does the items in one transaction, and returns what became of each, in their order, after the
    commit.

    An item of which nobody waits for the answer any more is left out, or done all the same where
    it is being done already.
    """

    def __init__(
        self,
        together: Callable[[Sequence[Item]], Awaitable[Sequence[Done]]],
        *,
        most_waiting: int,
        most_together: int,
    ) -> None:
        self._together = together
        self._most_waiting = most_waiting
        self._most_together = most_together
        self._waiting: list[Awaited[Item, Done]] = []
        self._work: asyncio.Task[None] | None = None

    async def ask(self, item: Item) -> Done:
        """What became of the item, once that is committed; raises what its transaction raised, and
        Busy where too many wait."""
        if len(self._waiting) >= self._most_waiting:
            raise Busy(_(VERY_MANY))
        answer: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append(Awaited(item, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._do_all())
        return await answer

    async def finish(self) -> None:
        """Waits until all that was asked for is done."""
        while self._work is not None:
            await asyncio.wait([self._work])

    async def _do_all(self) -> None:
        group: list[Awaited[Item, Done]] = []
        try:
            while group := self._next():
                await self._do(group)
        finally:
            self._work = None
            # Only where this task itself was cancelled: nobody may wait for ever.
            for one in (*group, *self._waiting):
                one.answer.cancel()
            self._waiting.clear()

    def _next(self) -> list[Awaited[Item, Done]]:
        """Takes from those who wait: of one sort, the first that came first, and of those that
        share a key only the first."""
        taken: list[Awaited[Item, Done]] = []
        left: list[Awaited[Item, Done]] = []
        keys: set[Hashable] = set()
        for one in self._waiting:
            if one.answer.done():
                continue
            key = one.item.key
            fits = not taken or one.item.sort == taken[0].item.sort
            if fits and key not in keys and len(taken) < self._most_together:
                taken.append(one)
            else:
                left.append(one)
            keys.add(key)
        self._waiting = left
        return taken

    async def _do(self, group: Sequence[Awaited[Item, Done]]) -> None:
        try:
            done = await self._together([one.item for one in group])
        except Exception as fault:  # noqa: BLE001  raised for whoever asked
            if len(group) == 1:
                _fail(group[0], fault)
            else:
                await self._one_by_one(group)
            return
        for one, what in zip(group, done, strict=True):
            if not one.answer.done():
                one.answer.set_result(what)

    async def _one_by_one(self, group: Sequence[Awaited[Item, Done]]) -> None:
        """What could not be done together: so that one of them does not fail the others."""
        gone: BaseException | None = None
        stuck: dict[Hashable, BaseException] = {}
        for one in group:
            # It would wait as long as the one before, only to fail as well.
            if known := gone or stuck.get(one.item.place):
                _fail(one, known)
                continue
            await self._do([one])
            fault = None if one.answer.cancelled() else one.answer.exception()
            if fault and is_gone(fault):
                gone = fault
            elif fault and is_too_slow(fault):
                stuck[one.item.place] = fault


def _fail(one: Awaited[Item, Done], fault: BaseException) -> None:
    if not one.answer.done():
        one.answer.set_exception(fault)
