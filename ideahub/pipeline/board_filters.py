"""The filters of the board, and their conditions in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, select

from ideahub.campaigns.models import Campaign
from ideahub.core.paging import read_moment, read_place
from ideahub.ideas.models import Stage
from ideahub.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """The filters of the board; those that are empty do not apply."""

    campaign_id: int | None = None
    organisation_id: int | None = None
    stuck: bool = False
    # The column that is shown from the place `after` on; the others begin at their beginning.
    column: Stage | None = None
    after: str = ""

    @property
    def narrowing(self) -> frozenset[str]:
        """The names of the filters that apply, without `stuck`."""
        places = {"campaign_id": self.campaign_id, "organisation_id": self.organisation_id}
        return frozenset(name for name, number in places.items() if number is not None)

    @property
    def query(self) -> dict[str, Any]:
        """The filters as the board's address names them, without the place in a column."""
        return {
            "in": self.campaign_id,
            "organisation": self.organisation_id,
            "stuck": "1" if self.stuck else None,
        }

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of the filters; the place only where it can be read."""
        place = {"campaign_id": self.campaign_id, "organisation_id": self.organisation_id}
        return {**place, **self._place}

    @property
    def continued(self) -> Stage | None:
        """The column that begins at a later place; None where there is no such place."""
        return self.column if self._place else None

    @property
    def _place(self) -> dict[str, Any]:
        try:
            return read_place(self.after, read_moment) if self.column and self.after else {}
        except ValueError:
            return {}


def narrowed(narrowing: frozenset[str], campaign_id: Any) -> list[ColumnElement[bool]]:
    """The SQL conditions of these filters; the statement joins Campaign."""
    conditions = {
        "campaign_id": campaign_id == bindparam("campaign_id", type_=BigInteger),
        "organisation_id": Campaign.organisation_id.in_(_and_below()),
    }
    return [conditions[name] for name in sorted(narrowing)]


def _and_below() -> Select[Any]:
    """The organisation in the parameter `organisation_id`, and all below it."""
    asked = bindparam("organisation_id", type_=BigInteger)
    below = select(Organisation.id).where(Organisation.id == asked).cte(recursive=True)
    below = below.union(select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
    return select(below.c.id)
