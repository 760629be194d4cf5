"""Who may vote: everybody who may see the challenge and takes no part in deciding it."""

from enum import StrEnum

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import VIEWER_ID, Role, Viewer
from ideahub.judging.models import Panel, PanelJudge


class Bar(StrEnum):
    """Why somebody may not vote in a challenge at all."""

    ORGANISER = "organiser"
    JUDGE = "judge"


JUDGES = (
    select(PanelJudge.id)
    .join(Panel, Panel.id == PanelJudge.panel_id)
    .where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
        PanelJudge.person_id == VIEWER_ID,
        PanelJudge.accepted_at.is_not(None),
        PanelJudge.removed_at.is_(None),
    )
    .limit(constant(1))
)


async def barred_as(
    db: AsyncSession, viewer: Viewer, campaign_id: int, organisation_id: int
) -> Bar | None:
    """As what the viewer may not vote in this challenge; None for whoever may, and for strangers,
    who have to sign in first."""
    if viewer.holds(Role.MANAGER, organisation_id):
        return Bar.ORGANISER
    asked = {"campaign_id": campaign_id, VIEWER_ID.key: viewer.id}
    if viewer.signed_in and await rows_of(db, JUDGES, asked):
        return Bar.JUDGE
    return None


def bar_words(bar: Bar) -> str:
    """The sentence that says so."""
    if bar is Bar.JUDGE:
        return _("You judge in this challenge, so you do not vote in it.")
    return _("You run this challenge, so you do not vote in it.")


async def must_be_voter(
    db: AsyncSession, viewer: Viewer, campaign_id: int, organisation_id: int
) -> None:
    """Raises SignInNeeded for a stranger, and Forbidden for organisers and judges."""
    viewer.must_sign_in()
    if bar := await barred_as(db, viewer, campaign_id, organisation_id):
        raise Forbidden(bar_words(bar))
