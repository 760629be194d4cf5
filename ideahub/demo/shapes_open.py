"""The types of the demo's challenge that takes entries now."""

from dataclasses import dataclass, field
from datetime import timedelta

from ideahub.demo.shapes import DemoCampaign
from ideahub.demo.shapes_judged import DemoField, DemoPrize

# By the keys of the form's questions; of several choices those that are chosen.
Typed = dict[str, str | list[str]]


@dataclass(frozen=True)
class DemoOpenEntry:
    """An entry while it can still be changed.

    `later` was changed after it was submitted; `invited` is who was asked into the team and has not
    answered. With `for_address` a manager made it for somebody, who has not confirmed it yet.
    """

    title: str
    answers: Typed
    captain: str = ""
    team_name: str = ""
    others: int = 0
    is_submitted: bool = False
    later: Typed = field(default_factory=dict)
    invited: str = ""
    for_address: str = ""


@dataclass(frozen=True)
class DemoOpen:
    """A challenge whose first phase takes entries now; `condition` is answered with yes by whoever
    may enter."""

    campaign: DemoCampaign
    rules: str
    condition: str
    form: tuple[DemoField, ...]
    prizes: tuple[DemoPrize, ...]
    entries: tuple[DemoOpenEntry, ...]
    entered_ago: timedelta
