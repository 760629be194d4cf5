"""The type of a feature: what it adds to the application."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar.types import ControllerRouterHandler
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.barring import FindBar
from ideahub.core.calendar_dates import CalendarDates
from ideahub.core.clock import Tick
from ideahub.core.criteria import Criterion
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.hidden_names import FindHidden
from ideahub.core.holding import Hold, HoldChange, Redact
from ideahub.core.kept_counts import KeptCount
from ideahub.core.outbox import Withhold
from ideahub.core.own_names import IsOwnName
from ideahub.core.setting_up import CountTakenIn, FindLacks, Travel
from ideahub.core.telling import AnnouncementGroup, Tell
from ideahub.core.viewer import Viewer
from ideahub.http.after_sign_in import AfterSignIn
from ideahub.http.after_sign_out import PageAfter
from ideahub.http.feeds import FeedSource
from ideahub.http.own_parts import OwnPart
from ideahub.http.slots import Part
from ideahub.realtime.admission import Room
from ideahub.realtime.hub import Act, Shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A package of its own below `ideahub/`; features.py lists all of them in order.

    `shows` are the functions that render what an event changed on open pages, by its kind (a
    function that returns them, where they depend on other features); `rooms` check who may listen
    to a room; `acts` close sockets after an event. `parts` are shown on pages of earlier features;
    `criteria` are what gates can ask of an idea; `counts` are stored counts to check. `ticks` run
    every second, `seldom` every minute, in one process at a time; `runs` go on in each process.
    `demo_routes` exist in the demo only. `after_sign_in` says what strangers are asked to sign in
    for, `after_sign_out` where people are led afterwards. `orders` narrow lists of ideas in an
    order, by its value. `changes` names, by the kind of a deed, the rooms open to everyone whose
    pages it changes, beside those of the idea and the campaign it was done on. `own_parts` are what
    differs from viewer to viewer on pages that are otherwise the same for many. `calendar_dates`
    find the dates of a campaign for its calendar file, `feeds` the entries of its feed. `tells` say
    who is told what of a deed, by its kind. `bars` say until when somebody can only read in a
    campaign, `own_names` whether somebody writes under a name, `hidden_names` which names of people
    moderators have hidden. `holds` keep new texts back, `changes_held` keep changes back, `redacts`
    take out of kept copies what was taken out of a text, and `withholds` keep mail from being sent
    whose reader may not read it any more. `travels` fill a new campaign from a template or a copy,
    `lacks` say what it still lacks, and `taken_in` count what people gave to it. `entry_readers`
    say who else may open the files of an entry, `entry_outcomes` what has come of entries,
    `why_entries_stay` why one cannot be withdrawn any more, `why_not_join` why somebody cannot join
    the team of one, and `why_open_to_all` why a phase cannot be left to those invited.
    `announcement_groups` are those whom announcements can be made for.
    """

    name: str
    routes: Sequence[ControllerRouterHandler] = ()
    demo_routes: Sequence[ControllerRouterHandler] = ()
    shows: Shows | Callable[[], Shows] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    acts: Mapping[Kind, Act] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    criteria: Sequence[Criterion] = ()
    ticks: Sequence[Tick] = ()
    runs: Sequence[Callable[[Database], Coroutine[Any, Any, None]]] = ()
    seldom: Sequence[Tick] = ()
    counts: Sequence[KeptCount] = ()
    calendar_dates: Sequence[CalendarDates] = ()
    after_sign_in: Sequence[AfterSignIn] = ()
    after_sign_out: Sequence[PageAfter] = ()
    changes: Mapping[Kind, Sequence[str]] = field(default_factory=dict)
    own_parts: Sequence[OwnPart] = ()
    travels: Sequence[Travel] = ()
    lacks: Sequence[FindLacks] = ()
    taken_in: Sequence[CountTakenIn] = ()
    tells: Mapping[Kind, Tell] = field(default_factory=dict)
    holds: Sequence[Hold] = ()
    bars: Sequence[FindBar] = ()
    own_names: Sequence[IsOwnName] = ()
    hidden_names: Sequence[FindHidden] = ()
    changes_held: Sequence[HoldChange] = ()
    redacts: Sequence[Redact] = ()
    withholds: Sequence[Withhold] = ()
    feeds: Sequence[FeedSource] = ()
    entry_readers: Sequence[Callable[[AsyncSession, Viewer, int], Awaitable[bool]]] = ()
    entry_outcomes: Sequence[
        Callable[[AsyncSession, Sequence[int]], Awaitable[Mapping[int, Any]]]
    ] = ()
    why_entries_stay: Sequence[Callable[[AsyncSession, int], Awaitable[str]]] = ()
    why_not_join: Sequence[Callable[[AsyncSession, int, int], Awaitable[str]]] = ()
    announcement_groups: Sequence[AnnouncementGroup] = ()
    why_open_to_all: Sequence[Callable[[AsyncSession, int], Awaitable[str]]] = ()
    orders: Mapping[str, Callable[[], ColumnElement[bool]]] = field(default_factory=dict)
