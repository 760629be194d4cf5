"""What a feature brings to the whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from litestar.types import ControllerRouterHandler

from ideahub.core.clock import Tick
from ideahub.core.criteria import Criterion
from ideahub.core.events import Kind
from ideahub.core.kept_counts import KeptCount
from ideahub.http.slots import Part
from ideahub.realtime.hub import Act, Shows
from ideahub.realtime.routes import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A package of its own below `ideahub/`; features.py lists all of them in order.

    `shows` are what rooms are shown after which kind of event (a function, where that follows
    from what other features have), `rooms` who may watch what, `acts` what an event does to open
    sockets. `parts` are shown on pages of lower features; `criteria` are what gates can ask of
    an idea; `counts` are kept beside the rows they count. `ticks` run each second, `seldom` each
    minute. `demo_routes` exist in the demo only.
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
    seldom: Sequence[Tick] = ()
    counts: Sequence[KeptCount] = ()
