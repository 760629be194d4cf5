"""A criterion of a panel as pages and rules read it."""

from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.asked_once import asked_once
from ideahub.core.db import rows_of
from ideahub.core.i18n import _, side_by_side
from ideahub.judging.models import Commenting, Panel, PanelCriterion, Scale

# So many scores are shown as buttons; more are typed.
MOST_BUTTONS = 11


class CriterionView(msgspec.Struct, frozen=True):
    """What judges score, with its weight in per cent and its scale."""

    id: int
    position: int
    name: str
    description: str
    weight: Decimal
    scale: Scale
    least: Decimal
    most: Decimal
    step: Decimal
    labels: list[str]
    comment_for_entrant: Commenting
    comment_internal: Commenting

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The scores to choose from, each with its label; empty where they are too many."""
        if self.scale == Scale.YES_NO:
            return [("1", _("Yes")), ("0", _("No"))]
        if self.scale == Scale.RATING:
            return [(str(at), label) for at, label in enumerate(self.labels, 1)]
        count = int((self.most - self.least) / self.step) + 1
        if count > MOST_BUTTONS:
            return []
        scores = (plain(self.least + at * self.step) for at in range(count))
        return [(score, score) for score in scores]

    @property
    def scale_words(self) -> str:
        """The scale as people read it."""
        if self.scale == Scale.YES_NO:
            return _("Yes or no")
        if self.scale == Scale.RATING:
            return side_by_side(self.labels)
        return _(
            "Points from %(least)s to %(most)s, in steps of %(step)s",
            least=self.least.normalize(),
            most=self.most.normalize(),
            step=self.step.normalize(),
        )

    def words(self, value: Decimal | None) -> str:
        """A score as people read it; empty for none."""
        if value is None:
            return ""
        if self.scale == Scale.YES_NO:
            return _("Yes") if value else _("No")
        if self.scale == Scale.RATING and 1 <= value <= len(self.labels):
            return self.labels[int(value) - 1]
        return plain(value)


def plain(value: Decimal | None) -> str:
    """A number as people write it: 7, not 7.00; empty for none."""
    return "" if value is None else f"{value.normalize():f}"


FIELDS = CriterionView.__struct_fields__
OF_PANEL = (
    select(*(getattr(PanelCriterion, name) for name in FIELDS))
    .where(PanelCriterion.panel_id == bindparam("panel_id", type_=BigInteger))
    .order_by(PanelCriterion.position, PanelCriterion.id)
)


@asked_once
async def criteria_of(db: AsyncSession, panel_id: int) -> list[CriterionView]:
    """The criteria of a panel in their order."""
    found = await rows_of(db, OF_PANEL, {"panel_id": panel_id})
    return [_view(dict(row._mapping)) for row in found]


def _view(row: dict[str, Any]) -> CriterionView:
    kinds = {
        "scale": Scale(row["scale"]),
        "comment_for_entrant": Commenting(row["comment_for_entrant"]),
        "comment_internal": Commenting(row["comment_internal"]),
    }
    return CriterionView(**row | kinds)


class DeclaredPanel(msgspec.Struct, frozen=True):
    """What a panel will score by, for whoever may see its challenge."""

    name: str
    blind: bool
    criteria: list[CriterionView]


IN_CAMPAIGN = (
    select(
        Panel.id.label("panel_id"),
        Panel.name.label("panel_name"),
        Panel.blind,
        *(getattr(PanelCriterion, name) for name in FIELDS),
    )
    .join(Panel, Panel.id == PanelCriterion.panel_id)
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(Panel.id, PanelCriterion.position, PanelCriterion.id)
)


async def declared_panels(db: AsyncSession, campaign_id: int) -> list[DeclaredPanel]:
    """The panels of a campaign that have criteria, in the order in which they were set up."""
    found: dict[int, DeclaredPanel] = {}
    for row in await rows_of(db, IN_CAMPAIGN, {"campaign_id": campaign_id}):
        values = dict(row._mapping)
        number, name, blind = (values.pop(key) for key in ("panel_id", "panel_name", "blind"))
        found.setdefault(number, DeclaredPanel(name, blind, [])).criteria.append(_view(values))
    return list(found.values())
