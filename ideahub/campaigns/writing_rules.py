"""Rules for writing the rules of a campaign, and for publishing them as a version."""

from typing import NamedTuple

from sqlalchemy import func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.changing import ValueChange, keep_changes
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.rules_versions import current_rules
from ideahub.campaigns.terms_models import RulesDraft, RulesVersion
from ideahub.core.asked_once import asked_once
from ideahub.core.events import Actor, Kind, record
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer

RULES = "rules"


class WrittenRules(NamedTuple):
    """The rules as a manager wrote them, rendered by the caller before any lock is held, as that
    may take a while; `note` says what is changed."""

    text: str
    html: str
    note: str = ""
    material: bool = False


class RulesState(NamedTuple):
    """The version that holds now, None where there is none; and the text that the managers of the
    campaign work on: what was saved last, else what holds."""

    current: RulesVersion | None
    text: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint of what a form of the rules was opened on."""
        return fingerprint((self.current.number if self.current else 0, self.text))


@asked_once
async def rules_state(db: AsyncSession, campaign_id: int) -> RulesState:
    """How far the rules of a campaign are, for its managers."""
    current = await current_rules(db, campaign_id)
    of_campaign = RulesDraft.campaign_id == campaign_id
    saved: str | None = await db.scalar(select(RulesDraft.text).where(of_campaign))
    if saved is None:
        saved = current.text if current else ""
    return RulesState(current, saved)


async def save_rules(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, written: WrittenRules, *, seen: str
) -> None:
    """Keeps the text for all managers of a campaign whose row is locked; nobody else sees it.

    Raises Conflict where somebody else has saved or published another text since the form was
    opened, whose fingerprint is `seen`.
    """
    must_not_be_archived(campaign)
    state = await rules_state(db, campaign.id)
    if state.text == written.text:
        return
    if seen != state.fingerprint:
        raise _changed_meanwhile()
    await put_draft(db, campaign.id, written, viewer.person_id)


async def publish_rules(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, written: WrittenRules, *, seen: str
) -> RulesVersion:
    """Publishes the text as the next version of a campaign whose row is locked, and returns it;
    where it is the newest version already, it only returns that.

    Raises Conflict where the campaign is a draft, or somebody else has changed the rules since the
    form was opened; Invalid without a text, and without a note where there is an earlier version.
    """
    if not campaign.published_at:
        raise Conflict(_("The rules are published together with the challenge."))
    must_not_be_archived(campaign)
    state = await rules_state(db, campaign.id)
    current = state.current
    if current and current.text == written.text:
        if current.published_by == viewer.id and current.note == written.note:
            return current
        raise Invalid(_("This is word for word what holds now."), field="text")
    _must_be_complete(written, is_first=current is None)
    if seen != state.fingerprint:
        raise _changed_meanwhile()
    await put_draft(db, campaign.id, written, viewer.person_id)
    return await _add_version(db, viewer, campaign, current, written)


async def publish_waiting_rules(
    db: AsyncSession, publisher: Actor | None, campaign: Campaign
) -> None:
    """Publishes what is written of the rules, as its campaign is published; does nothing where
    nothing is written, or it holds already.

    Whoever accepted an earlier version is asked again: what was changed while the campaign was not
    published was announced to nobody.
    """
    columns = RulesDraft.text, RulesDraft.html
    found = await db.execute(select(*columns).where(RulesDraft.campaign_id == campaign.id))
    saved = found.one_or_none()
    current = await current_rules(db, campaign.id)
    if not saved or not saved.text or (current and current.text == saved.text):
        return
    note = _("Changed while the challenge was not published.") if current else ""
    written = WrittenRules(saved.text, saved.html, note, material=current is not None)
    await _add_version(db, publisher, campaign, current, written)


async def put_draft(
    db: AsyncSession, campaign_id: int, written: WrittenRules, person_id: int | None
) -> None:
    """Stores what the managers of a campaign work on, whatever stood there."""
    texts = {"text": written.text, "html": written.html}
    values = {**texts, "saved_by": person_id, "saved_at": func.now()}
    await db.execute(
        insert(RulesDraft)
        .values(campaign_id=campaign_id, **values)
        .on_conflict_do_update(index_elements=[RulesDraft.campaign_id], set_=values)
    )


async def _add_version(
    db: AsyncSession,
    publisher: Actor | None,
    campaign: Campaign,
    current: RulesVersion | None,
    written: WrittenRules,
) -> RulesVersion:
    added = RulesVersion(
        campaign_id=campaign.id,
        number=current.number + 1 if current else 1,
        text=written.text,
        html=written.html,
        note=written.note,
        material=written.material,
        published_by=publisher.id if publisher else None,
        # Not when the transaction began: it may have waited for the campaign's row.
        published_at=literal_column("clock_timestamp()"),
    )
    db.add(added)
    await db.flush()
    await db.refresh(added)
    if current:
        change = ValueChange(RULES, _said(current), _said(added))
        await keep_changes(db, publisher, campaign, [change])
    await record(
        db,
        Kind.RULES_CHANGED,
        publisher,
        on=campaign,
        subject=added,
        number=added.number,
        material=added.material,
    )
    return added


def _said(version: RulesVersion) -> dict[str, object]:
    return {"number": version.number, "note": version.note, "material": version.material}


def _must_be_complete(written: WrittenRules, *, is_first: bool) -> None:
    lacks = {}
    if not written.text:
        lacks["text"] = _("Write the rules before you publish them.")
    if not written.note and not is_first:
        lacks["note"] = _("Say in a sentence what is changed: everyone who takes part is told.")
    if lacks:
        raise Invalid(errors=lacks)


def _changed_meanwhile() -> Conflict:
    return Conflict(
        _(
            "Somebody else changed the rules after you opened this page. Nothing is saved or "
            "published yet. What stands there now is shown below, compared with your text; send "
            "yours again if it is to replace it."
        )
    )
