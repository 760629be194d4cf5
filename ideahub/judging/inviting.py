"""Rules for inviting judges by mail address."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _, in_a_row
from ideahub.core.outbox import send_later
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.site import site_of
from ideahub.core.viewer import Viewer
from ideahub.judging.letters import invitation_letter
from ideahub.judging.models import Panel, PanelJudge
from ideahub.judging.panels import lock_panel
from ideahub.organisations.addresses import clean_address

INVITATION_VALID = timedelta(days=14)
MOST_AT_ONCE = 50
MOST_JUDGES = 200


async def invite_judges(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel_id: int,
    addresses: Sequence[str],
    *,
    to_read: bool = False,
) -> list[PanelJudge]:
    """Invites these addresses to judge, each by a mail with a link of its own; with `to_read` for
    third readings in a panel that is closed.

    Raises Invalid, of the field `addresses`, for what is no address or invited already, and
    Conflict where the panel is closed.
    """
    wanted = _cleaned(addresses)
    panel = await lock_panel(db, panel_id)
    if not to_read:
        must_not_be_closed(panel)
    there = (await db.scalars(select(PanelJudge).where(PanelJudge.panel_id == panel.id))).all()
    known = {judge.address.casefold() for judge in there}
    if twice := [one for one in wanted if one.casefold() in known]:
        raise Invalid(
            _("Already in this panel: %(addresses)s.", addresses=in_a_row(twice)),
            field="addresses",
        )
    if len(there) + len(wanted) > MOST_JUDGES:
        raise Invalid(
            _("A panel has at most %(most)s judges.", most=MOST_JUDGES), field="addresses"
        )
    first = max((judge.label for judge in there), default=0) + 1
    return [
        await _invite(db, viewer, campaign, panel, label, address)
        for label, address in enumerate(wanted, first)
    ]


async def invite_again(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel_id: int, judge_id: int
) -> None:
    """Sends a new link to somebody who has not accepted; the older link is valid no longer.

    Raises NotFound, and Conflict where they have accepted or were removed.
    """
    panel = await lock_panel(db, panel_id)
    judge = await find_judge_row(db, panel, judge_id)
    if not joined_late(panel, judge):
        must_not_be_closed(panel)
    if judge.accepted_at or judge.removed_at:
        raise Conflict(_("Only who has not accepted yet can be invited again."))
    judge.declined_at = None
    await _send(db, campaign, panel, judge)
    await record(db, Kind.JUDGE_INVITED, viewer, on=campaign, subject=judge)


def joined_late(panel: Panel, judge: PanelJudge) -> bool:
    """Whether a judge was invited after the panel was closed: for third readings only. They take
    no part in its meeting."""
    return panel.closed_at is not None and judge.created_at > panel.closed_at


def must_not_be_closed(panel: Panel) -> None:
    """Raises Conflict where the panel is closed."""
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."))


async def find_judge_row(db: AsyncSession, panel: Panel, judge_id: int) -> PanelJudge:
    """The judge of this panel; raises NotFound."""
    judge = await db.get(PanelJudge, judge_id, populate_existing=True)
    if judge is None or judge.panel_id != panel.id:
        raise NotFound
    return judge


def hash_invitation(secret: str) -> bytes:
    """What is stored of the secret in an invitation's link."""
    return sha256(b"judge:" + secret.encode()).digest()


def _cleaned(addresses: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for typed in addresses:
        try:
            address = clean_address(typed)
        except Invalid as problem:
            raise Invalid(
                _("%(address)s: %(problem)s", address=typed, problem=problem.reason),
                field="addresses",
            ) from None
        found.setdefault(address.casefold(), address)
    if not found:
        raise Invalid(_("Enter at least one mail address."), field="addresses")
    if len(found) > MOST_AT_ONCE:
        raise Invalid(
            _("Invite at most %(most)s people at once.", most=MOST_AT_ONCE), field="addresses"
        )
    return list(found.values())


async def _invite(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, label: int, address: str
) -> PanelJudge:
    judge = PanelJudge(panel_id=panel.id, label=label, address=address, invited_by=viewer.person_id)
    await _send(db, campaign, panel, judge)
    await record(db, Kind.JUDGE_INVITED, viewer, on=campaign, subject=judge)
    return judge


async def _send(db: AsyncSession, campaign: Campaign, panel: Panel, judge: PanelJudge) -> None:
    secret = secrets.token_urlsafe(32)
    now = (await db.execute(select(func.now()))).scalar_one()
    judge.secret_hash = hash_invitation(secret)
    judge.expires_at = now + INVITATION_VALID
    db.add(judge)
    await db.flush()
    url = f"{site_of(db).url}/judging/invitations/{secret}"
    letter = invitation_letter(
        campaign.title or campaign.question, panel.name, url, judge.expires_at
    )
    await send_later(db, to=judge.address, subject=letter.subject, text=letter.text)
