"""The types of the demo's challenges with entries and judges."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from ideahub.demo.shapes import DemoCampaign
from ideahub.entries.models import FieldKind
from ideahub.judging.models import ConflictCategory, Scale
from ideahub.results.declaring_rule import DeclaredRule


@dataclass(frozen=True)
class DemoField:
    """A question of the entry form."""

    key: str
    kind: FieldKind
    label: str
    help: str = ""
    required: bool = True
    shown_blind: bool = True
    shown_public: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoCriterion:
    """A criterion with its weight in per cent."""

    name: str
    description: str
    weight: Decimal
    scale: Scale = Scale.POINTS
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoScore:
    """What a judge gave on one criterion; an empty value was not scored yet."""

    value: str
    for_entrant: str = ""
    internal: str = ""


@dataclass(frozen=True)
class DemoAppeal:
    """An appeal that was upheld: the score of a judge on a criterion was corrected."""

    text: str
    reason: str
    judge: str
    criterion: str
    value: Decimal


@dataclass(frozen=True)
class DemoEntry:
    """An entry; without a `captain` it is somebody's who has no account to sign in as. `scores` are
    by judge; a judge with all of them has finished the scorecard."""

    title: str
    answers: dict[str, str]
    captain: str = ""
    team_name: str = ""
    others: int = 0
    scores: dict[str, tuple[DemoScore, ...]] = field(default_factory=dict)
    appeal: DemoAppeal | None = None


@dataclass(frozen=True)
class DemoSample:
    """An example that the judges score first; `scores` are of those who have done so."""

    title: str
    text: str
    scores: dict[str, tuple[DemoScore, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoRecusal:
    """A judge steps back from the first entry that they have not scored."""

    judge: str
    category: ConflictCategory
    reason: str


@dataclass(frozen=True)
class DemoLetters:
    """A letter to many; with `is_sent` all of them are sent, else none."""

    recipients: str
    subject: str
    text: str
    is_sent: bool = False


@dataclass(frozen=True)
class DemoPrize:
    """A prize for a rank."""

    rank: int
    title: str
    amount: Decimal


@dataclass(frozen=True)
class DemoVote:
    """A public vote: how many votes each person has, how many have voted, and how they are drawn to
    the entries, in the order of these."""

    votes_each: int
    voters: int
    drawn_to: tuple[int, ...]


@dataclass(frozen=True)
class DemoJudged:
    """A challenge with entries, scored by `judges`; `decides` is the person who decides appeals.

    The first phase takes entries, the second scoring, the third public votes where there is a `vote`.
    `final`: its results are final, and so long ago. `judged_by`: how many judges score each entry; None for all.
    """

    campaign: DemoCampaign
    rules: str
    form: tuple[DemoField, ...]
    prizes: tuple[DemoPrize, ...]
    terms: str
    criteria: tuple[DemoCriterion, ...]
    judges: tuple[str, ...]
    judged_by: int | None
    seed: str
    entries: tuple[DemoEntry, ...]
    entered_ago: timedelta
    final: timedelta | None = None
    decides: str = ""
    rule: DeclaredRule | None = None
    samples: tuple[DemoSample, ...] = ()
    recusal: DemoRecusal | None = None
    letters: tuple[DemoLetters, ...] = ()
    vote: DemoVote | None = None
