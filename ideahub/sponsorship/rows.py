"""The select and the views of pledges with their sponsors, for pages and cards."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import aliased

from ideahub.core.db import constant
from ideahub.core.i18n import in_a_row
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Organisation, Person
from ideahub.sponsorship.labels import (
    Gift,
    heading,
    is_offered_by,
    is_over,
    state_words,
    what_is_given,
    you_offered,
    you_promised,
)
from ideahub.sponsorship.models import (
    GIVEN_STATES,
    MarkKind,
    Pledge,
    PledgeKind,
    PledgeMark,
    PledgeState,
    state_of,
)

Sponsor = aliased(Person, name="sponsor")
SponsorOrganisation = aliased(Organisation, name="sponsor_organisation")


class PledgeView(msgspec.Struct, frozen=True):
    """A pledge with its sponsor.

    `kept_before`, `part_kept_before` and `lapsed_before` are numbers of the sponsor's other
    pledges, as far as they are looked up.
    """

    id: int
    idea_id: int
    sponsor_id: int
    sponsor_name: str
    sponsor_title: str
    sponsor_organisation: str | None
    kind: PledgeKind
    amount: Decimal | None
    currency: str
    promise: str
    conditions: str
    expires_on: date
    state: PledgeState
    offered_at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    declined_reason: str
    kept_at: datetime | None
    kept_note: str
    given_amount: Decimal | None
    evidence_url: str
    part_why: str
    withdrawn_at: datetime | None
    withdrawn_reason: str
    lapsed_at: datetime | None
    kept_before: int = 0
    part_kept_before: int = 0
    lapsed_before: int = 0
    idea_title: str = ""
    # What the authors said last: of what was given, and of the conditions.
    receipt: MarkKind | None = None
    conditions_said: MarkKind | None = None

    @property
    def given(self) -> Gift:
        """What is given, for the functions of labels.py."""
        return Gift(self.kind, self.amount, self.currency)

    @property
    def gift(self) -> str:
        """What is given, as a label."""
        return what_is_given(self.given)

    @property
    def heading(self) -> str:
        """What is given, at the beginning of a line."""
        return heading(self.given)

    @property
    def offer(self) -> str:
        """The sentence for the authors about the offer."""
        return is_offered_by(self.given, self.sponsor_name, self.idea_title)

    @property
    def own_promise(self) -> str:
        """The sentence for its sponsor, who has to keep the pledge."""
        return you_promised(self.given, self.idea_title)

    @property
    def own_offer(self) -> str:
        """The sentence for its sponsor while the offer is not answered."""
        return you_offered(self.given, self.idea_title)

    @property
    def outcome(self) -> str:
        """The sentence for its sponsor when it is over."""
        return is_over(self.given, self.badge[0], self.idea_title)

    @property
    def badge(self) -> tuple[str, str]:
        """The words and the tone of the state's badge."""
        return state_words(self.state, answered=self.accepted_at is not None)

    @property
    def sponsor_role(self) -> str:
        """The sponsor's title and organisation, as far as they are known."""
        return in_a_row([self.sponsor_title, self.sponsor_organisation or ""])

    @property
    def is_standing(self) -> bool:
        """Whether it makes the leader a sponsor: accepted, and kept or still due."""
        return self.state in {PledgeState.ACCEPTED, *GIVEN_STATES}

    @property
    def was_given(self) -> str:
        """What was given in the end, as a label; empty where no amount was said."""
        if self.given_amount is None:
            return ""
        return what_is_given(Gift(self.kind, self.given_amount, self.currency))

    @property
    def is_late(self) -> bool:
        """Whether it was kept after its last day."""
        return self.kept_at is not None and self.kept_at.date() > self.expires_on

    @property
    def is_shared(self) -> bool:
        """Whether every viewer of the idea sees it: offered, or accepted at any time."""
        return self.accepted_at is not None or self.state is PledgeState.OFFERED


class CardPledge(msgspec.Struct, frozen=True):
    """A standing pledge, as cards show it."""

    sponsor_name: str
    sponsor_title: str
    kind: PledgeKind
    amount: Decimal | None
    currency: str
    expires_on: date
    is_kept: bool
    is_part_kept: bool

    @property
    def gift(self) -> str:
        """What is given, as a label."""
        return what_is_given(Gift(self.kind, self.amount, self.currency))

    @property
    def sponsor(self) -> str:
        """The sponsor's name and title."""
        return in_a_row([self.sponsor_name, self.sponsor_title])


def _said(*kinds: MarkKind) -> ColumnElement[str]:
    """The newest of these things that an author said about the pledge."""
    of_pledge = PledgeMark.pledge_id == Pledge.id, PledgeMark.kind.in_(map(constant, kinds))
    newest = select(PledgeMark.kind).where(*of_pledge).order_by(PledgeMark.id.desc())
    return newest.limit(constant(1)).correlate(Pledge).scalar_subquery()


OF_PLEDGE = [name for name in PledgeView.__struct_fields__ if name in Pledge.__table__.columns]
# Pledges with their sponsors and the titles of their ideas.
PLEDGES: Select[Any] = (
    select(
        *(getattr(Pledge, name) for name in OF_PLEDGE),
        Sponsor.name.label("sponsor_name"),
        Sponsor.title.label("sponsor_title"),
        SponsorOrganisation.name.label("sponsor_organisation"),
        Idea.title.label("idea_title"),
        _said(MarkKind.CONFIRMED, MarkKind.DISPUTED).label("receipt"),
        _said(MarkKind.CONDITIONS_MET, MarkKind.CONDITIONS_UNMET).label("conditions_said"),
    )
    .join(Idea, Idea.id == Pledge.idea_id)
    .join(Sponsor, Sponsor.id == Pledge.sponsor_id)
    .outerjoin(SponsorOrganisation, SponsorOrganisation.id == Sponsor.organisation_id)
)


def pledge_view(row: Row[Any]) -> PledgeView:
    """The view of a row of PLEDGES, to which columns may have been added."""
    columns = row._asdict()
    values = {name: columns[name] for name in columns if name in PledgeView.__struct_fields__}
    values["kind"] = PledgeKind(values["kind"])
    for name in ("receipt", "conditions_said"):
        values[name] = MarkKind(values[name]) if values.get(name) else None
    return PledgeView(**values, state=state_of(row))
