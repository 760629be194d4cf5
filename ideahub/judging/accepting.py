"""Rules for accepting and declining an invitation to judge."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.judging.inviting import hash_invitation, joined_late
from ideahub.judging.models import PanelJudge
from ideahub.judging.panels import PanelView, lock_panel, panel_by_id
from ideahub.organisations.models import Person

LONGEST_SECRET = 60
MOST_EXPERTISE = 20


class JudgeInvitation(msgspec.Struct, frozen=True):
    """An invitation as whoever has its link sees it."""

    judge_id: int
    address: str
    label: int
    expires_at: datetime
    expired: bool
    person_id: int | None
    accepted_at: datetime | None
    declined_at: datetime | None
    panel: PanelView


async def find_invitation(db: AsyncSession, secret: str) -> JudgeInvitation:
    """The invitation with this secret; raises NotFound where there is none, or its judge was
    removed."""
    found = (
        await db.execute(
            select(PanelJudge, (PanelJudge.expires_at <= func.now()).label("expired")).where(
                PanelJudge.secret_hash == hash_invitation(secret[:LONGEST_SECRET]),
                PanelJudge.removed_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    judge: PanelJudge = found[0]
    return JudgeInvitation(
        judge_id=judge.id,
        address=judge.address,
        label=judge.label,
        expires_at=judge.expires_at,
        expired=found.expired,
        person_id=judge.person_id,
        accepted_at=judge.accepted_at,
        declined_at=judge.declined_at,
        panel=await panel_by_id(db, judge.panel_id),
    )


async def accept_invitation(
    db: AsyncSession, viewer: Viewer, secret: str, expertise: Sequence[str]
) -> int:
    """Makes the viewer a judge, who thereby accepts the terms; returns the panel's number.

    Pressed twice it is done once. Raises SignInNeeded, NotFound, and Conflict where the invitation
    has expired, was declined, is somebody else's, or the viewer cannot read blind.
    """
    person_id = viewer.person_id
    invitation = await find_invitation(db, secret)
    panel = await lock_panel(db, invitation.panel.id)
    judge = await db.get_one(PanelJudge, invitation.judge_id, populate_existing=True)
    if judge.accepted_at is not None:
        if judge.person_id == person_id:
            return panel.id
        raise NotFound
    must_be_open(invitation)
    if panel.closed_at is not None and not joined_late(panel, judge):
        raise Conflict(_("This panel is closed: nobody can join it any more."))
    await _must_be_able(db, viewer, invitation)
    judge.person_id, judge.accepted_at = person_id, func.now()
    judge.terms_hash = sha256(panel.terms.encode()).hexdigest()
    judge.expertise = list(expertise)[:MOST_EXPERTISE]
    await db.execute(update(Person).where(Person.id == person_id).values(judges=True))
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.JUDGE_ACCEPTED, viewer, on=on, subject=Ref(Person, person_id))
    return panel.id


async def decline_invitation(db: AsyncSession, viewer: Viewer, secret: str) -> None:
    """Declines; no account is needed for it. Raises NotFound, and Conflict where it was accepted
    or has expired."""
    invitation = await find_invitation(db, secret)
    panel = await lock_panel(db, invitation.panel.id)
    judge = await db.get_one(PanelJudge, invitation.judge_id, populate_existing=True)
    if judge.declined_at is not None:
        return
    if judge.accepted_at is not None:
        raise Conflict(_("This invitation was accepted already."))
    must_be_open(invitation)
    judge.declined_at = func.now()
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.JUDGE_DECLINED, viewer, on=on, subject=judge)


def must_be_open(invitation: JudgeInvitation) -> None:
    """Raises Conflict where the invitation has expired or was declined."""
    if invitation.declined_at is not None:
        raise Conflict(_("This invitation was declined. Whoever invited you can send a new one."))
    if invitation.expired:
        when = moment_words(invitation.expires_at)
        raise Conflict(
            _(
                "This invitation expired on %(moment)s. Whoever invited you can send a new one.",
                moment=when,
            )
        )


async def _must_be_able(db: AsyncSession, viewer: Viewer, invitation: JudgeInvitation) -> None:
    panel = invitation.panel
    if panel.blind and viewer.holds(Role.MANAGER, panel.organisation_id):
        raise Conflict(
            _(
                "You manage this challenge, so you can see who is behind each entry. In this panel "
                "entries are read without names: somebody else has to judge."
            )
        )
    other = await db.scalar(
        select(PanelJudge.id).where(
            PanelJudge.panel_id == panel.id, PanelJudge.person_id == viewer.person_id
        )
    )
    if other is not None:
        raise Conflict(_("You are in this panel already, by another invitation."))
