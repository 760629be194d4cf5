"""The types of the demo's content: plain records, so that the content is easy to read and write."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from ideahub.campaigns.models import Accepts, Audience, CampaignKind, Purpose
from ideahub.conversation.models import ContributionKind
from ideahub.core.viewer import Role
from ideahub.ideas.models import InnovationType
from ideahub.sponsorship.models import PledgeKind


@dataclass(frozen=True)
class DemoPerson:
    """A person whom a visitor can sign in as; `roles` are roles with the organisations' keys."""

    key: str
    name: str
    title: str
    organisation: str = ""
    roles: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True)
class DemoPhase:
    """A phase; `opens` and `closes` are counted from the day on which the demo is filled. It
    accepts what its purpose begins with, or `accepts`."""

    name: str
    opens: timedelta
    closes: timedelta | None
    purpose: Purpose
    accepts: tuple[Accepts, ...] = ()


@dataclass(frozen=True)
class DemoChange:
    """A column that was changed after publication, so long before the demo is filled."""

    field: str
    old: str
    ago: timedelta


@dataclass(frozen=True)
class DemoCampaign:
    """A challenge or idea box; `organisation` and `manager` are keys of the demo's."""

    key: str
    kind: CampaignKind
    audience: Audience
    organisation: str
    manager: str
    title: str
    question: str
    tagline: str
    description: str
    phases: tuple[DemoPhase, ...]
    whys: tuple[str, ...] = ()
    hopes: str = ""
    fears: str = ""
    beneficiaries: str = ""
    prize: str = ""
    topics: tuple[str, ...] = ()
    timezone: str = "Europe/Berlin"
    allows_pseudonyms: bool = False
    published: bool = True
    changes: tuple[DemoChange, ...] = ()


@dataclass(frozen=True)
class DemoReply:
    """A reply to a contribution."""

    author: str
    body: str


@dataclass(frozen=True)
class DemoContribution:
    """A contribution with its number of thanks, and its replies."""

    kind: ContributionKind
    author: str
    body: str
    remedy: str = ""
    thanks: int = 0
    adopted: str = ""  # the idea's text after it was adopted; empty where it was not
    replies: tuple[DemoReply, ...] = ()


@dataclass(frozen=True)
class DemoPledge:
    """A pledge for `days` from now; whether it was accepted, and the note if it was kept."""

    sponsor: str
    kind: PledgeKind
    promise: str
    amount: Decimal | None = None
    conditions: str = ""
    days: int = 180
    accepted: bool = True
    kept: str = ""


@dataclass(frozen=True)
class DemoDecision:
    """A decision at a gate."""

    reviewer: str
    decision: str
    reason: str
    override: str = ""
    lesson: str = ""
    wakes_when: str = ""


@dataclass(frozen=True)
class DemoExperiment:
    """An experiment; its readings are (days ago, value, note), the oldest first."""

    author: str
    hypothesis: str
    method: str
    measure: str
    unit: str
    baseline: Decimal
    target: Decimal
    higher_is_better: bool
    stop_rule: str
    readings: tuple[tuple[int, str, str], ...]
    result: str = ""


@dataclass(frozen=True)
class DemoIdea:
    """An idea, posted `days` ago, with everything that was done on it."""

    campaign: str
    author: str
    days: int
    title: str
    body: str
    why: str
    tags: tuple[str, ...]
    votes: int
    kind: InnovationType | None = None
    contributions: tuple[DemoContribution, ...] = ()
    pledges: tuple[DemoPledge, ...] = ()
    decisions: tuple[DemoDecision, ...] = ()
    experiment: DemoExperiment | None = None
    more: dict[str, str] = field(default_factory=dict)
