"""Rules for posting, revising and withdrawing an idea."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import keep_standing, must_accept
from ideahub.core.events import Kind, record
from ideahub.core.holding import ChangedText, NewText, change_waits, is_held
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.text.rendering import markdown_excerpt, markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.differing import Difference, difference, words_of
from ideahub.ideas.models import Idea, InnovationType, Revision, Stage
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.repeating import must_have_note, posted_before
from ideahub.ideas.rising import MONTH
from ideahub.ideas.tagging import tidy_tags
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.organisations.models import Person

# In place of a revision's number: the change waits for a moderator.
WAITS = 0
# So many characters of its text stand in lists.
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Author:
    """Whose deed it is that a text appears, though somebody else released it."""

    id: int | None

    @property
    def person_id(self) -> int:
        """The person's number, where there is one."""
        assert self.id is not None
        return self.id


@dataclass(frozen=True, slots=True)
class IdeaText:
    """What an author writes: the texts and other fields of an idea."""

    title: str
    body: str
    why: str = ""
    tags: list[str] = field(default_factory=list)
    innovation_type: InnovationType | None = None
    pseudonym: str = ""


async def post_idea(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, written: IdeaText
) -> Idea:
    """Posts an idea in a campaign and returns it; for one that the viewer has posted already, only
    returns that.

    Raises SignInNeeded, Conflict where no phase accepts ideas now, Invalid for a pseudonym where
    the campaign does not allow them, and what `posted_before` raises.
    """
    author_id = viewer.person_id
    await keep_standing(db, campaign.id)
    await must_accept(db, campaign.id, Accepts.IDEAS)
    if written.pseudonym and not campaign.allows_pseudonyms:
        raise Invalid(
            _("Here everyone writes under their own name. Empty this field, or post elsewhere."),
            field="pseudonym",
        )
    texts = await text_columns(written)
    # The lock makes two presses of the button follow each other, so the second finds the first's.
    await locked(db, Person, author_id)
    columns = {
        "campaign_id": campaign.id,
        "author_id": author_id,
        "pseudonym": written.pseudonym,
        **texts,
    }
    if (before := await posted_before(db, columns)) is not None:
        return before
    idea = Idea(rising=first_rising(datetime.now(UTC)), **columns)
    db.add(idea)
    await db.flush()
    db.add(first_revision(idea))
    if not await is_held(db, viewer, NewText(on=idea, words=all_words(written))):
        await count_idea(db, campaign.id, 1)
        await record(db, Kind.IDEA_POSTED, viewer, on=idea)
    return idea


def all_words(written: IdeaText) -> str:
    """All that others would read of it, for whoever looks at texts."""
    texts = (written.title, written.body, written.why, ", ".join(written.tags))
    return "\n".join(filter(None, (*texts, written.pseudonym)))


@dataclass(frozen=True, slots=True)
class PreparedRevision:
    """A new text, rendered and, where `changed` is not None, compared with the revision
    `compared_with`."""

    columns: dict[str, object]
    changed: Difference | None
    compared_with: int


class AdoptedBuild(NamedTuple):
    """A build that a revision works in: its number, whose it is, and its words."""

    id: int
    author_id: int
    words: str


async def prepare_revision(
    idea: IdeaView, written: IdeaText | PreparedRevision
) -> PreparedRevision:
    """Renders a new text and compares it with the idea, unless that was done already; to be called
    before any row is locked, as long texts take a while. Raises TooLong, as `markdown_html` does.
    """
    if isinstance(written, PreparedRevision):
        return written
    changed = await difference(
        (idea.title, idea.body, idea.why), (written.title, written.body, written.why)
    )
    return PreparedRevision(await text_columns(written), changed, idea.revision)


async def revise_idea(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    written: IdeaText | PreparedRevision,
    *,
    from_revision: int,
    note: str = "",
    adopts: AdoptedBuild | None = None,
    during: Accepts = Accepts.IDEAS,
) -> int:
    """Adds a revision and returns its number; for a text without a change, returns the present
    one; WAITS where a moderator has to look at the change first.

    `from_revision` is the revision that the viewer saw. `adopts` is a build that is adopted; the
    rule that adopts it records the event, and passes as `during` what a phase has to accept. Raises
    Forbidden for anyone but the authors; Conflict where no such phase is open, where the idea was
    withdrawn or hidden, where somebody else has changed the text since, and for a note without a
    change.
    """
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can change it."))
    await must_accept(db, idea.campaign_id, during)
    new = await prepare_revision(idea, written)
    row = await lock_open_idea(db, idea.id)
    same = all(getattr(row, name) == value for name, value in new.columns.items())
    # After a double press the second request finds its own text stored already.
    if row.revision != from_revision and (adopts or not same):
        raise _moved_on()
    if same:
        await must_have_note(db, row, from_revision, note)
        return row.revision
    if await change_waits(db, viewer, _change_of(row, new, from_revision, note, adopts)):
        return WAITS
    await _add_revision(db, viewer, row, new, adopts.author_id if adopts else None, note)
    if adopts is None:
        await record(db, Kind.IDEA_REVISED, viewer, on=idea, revision=row.revision)
    return row.revision


def _change_of(
    row: Idea, new: PreparedRevision, from_revision: int, note: str, adopts: AdoptedBuild | None
) -> ChangedText:
    before = _words_in({name: getattr(row, name) for name in new.columns})
    return ChangedText(
        on=row,
        columns=new.columns,
        before=f"{before}\n{adopts.words}" if adopts else before,
        after=_words_in(new.columns),
        from_revision=from_revision,
        note=note,
        adopts=adopts.id if adopts else None,
    )


def _words_in(columns: Mapping[str, Any]) -> str:
    return all_words(
        IdeaText(columns["title"], columns["body"], columns["why"], list(columns["tags"]))
    )


async def publish_change(
    db: AsyncSession,
    author_id: int,
    idea_id: int,
    columns: Mapping[str, Any],
    *,
    from_revision: int,
    note: str,
    adopted_from: int | None = None,
) -> int:
    """Stores a change that has waited, as its author's revision, and returns its number; whoever
    adopts a build by it records the event. Raises NotFound, and Conflict where the idea was
    withdrawn or hidden, or somebody has changed it since."""
    row = await lock_open_idea(db, idea_id)
    if row.revision != from_revision:
        raise Conflict(
            _(
                "The idea was changed meanwhile, so this change does not fit any more. Refuse it "
                "with that reason: its author can change the new text."
            )
        )
    author = Author(author_id)
    prepared = PreparedRevision(dict(columns), None, 0)
    await _add_revision(db, author, row, prepared, adopted_from, note)
    if adopted_from is None:
        await record(db, Kind.IDEA_REVISED, author, on=row, revision=row.revision)
    return row.revision


def _moved_on() -> Conflict:
    return Conflict(
        _(
            "Someone changed this idea while you were writing. Your text is below: "
            "compare it with the new version and send it again."
        ),
        field="body",
    )


async def _add_revision(
    db: AsyncSession,
    by: Viewer | Author,
    row: Idea,
    new: PreparedRevision,
    adopted_from: int | None,
    note: str,
) -> None:
    changed = new.changed if row.revision == new.compared_with else None
    for name, value in new.columns.items():
        setattr(row, name, value)
    row.revision += 1
    db.add(
        Revision(
            idea_id=row.id,
            number=row.revision,
            title=row.title,
            body=row.body,
            why=row.why,
            author_id=by.person_id,
            adopted_from=adopted_from,
            note=note,
            # Unknown where the text changed after the comparison; then the clock counts them.
            words_added=changed.added if changed else None,
            words_removed=changed.removed if changed else None,
        )
    )


async def withdraw_idea(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    """Withdraws an idea from all lists; its author still sees it. Does nothing where it is
    withdrawn already.

    Raises SignInNeeded, Forbidden for anyone but the author, and Conflict for an idea that has a
    sponsor or is further on its path.
    """
    if viewer.person_id != idea.author_id:
        raise Forbidden(_("Only the author of an idea can withdraw it."))
    row = await lock_idea(db, idea.id)
    if row.withdrawn_at:
        return
    if row.stage not in {Stage.SPARK, Stage.CONCEPT}:
        raise Conflict(_("This idea cannot be withdrawn any more: others have invested in it."))
    row.withdrawn_at = func.now()
    await count_idea(db, idea.campaign_id, -1)
    await record(db, Kind.IDEA_WITHDRAWN, viewer, on=idea)


async def lock_idea(db: AsyncSession, idea_id: int) -> Idea:
    """The idea's row, locked until the transaction ends; raises NotFound."""
    return await locked(db, Idea, idea_id)


async def count_idea(db: AsyncSession, campaign_id: int, more: int) -> None:
    """Adds `more`, which may be negative, to the stored number of a campaign's listed ideas."""
    await db.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(ideas_count=Campaign.ideas_count + more)
    )


async def text_columns(written: IdeaText) -> dict[str, object]:
    """The values of the columns of `idea` for this text, with the rendered HTML; raises TooLong."""
    return {
        "title": written.title,
        "body": written.body,
        "body_html": await markdown_html(written.body),
        "why": written.why,
        "why_html": await markdown_html(written.why),
        "excerpt": await markdown_excerpt(written.body, EXCERPT),
        "tags": tidy_tags(written.tags),
        "innovation_type": written.innovation_type,
    }


def first_rising(at: datetime) -> float:
    """The value of `rising` for an idea that was posted at this moment and has no votes."""
    return math.log10(1) + at.timestamp() / MONTH


def first_revision(idea: Idea | Row[*tuple[Any, ...]]) -> Revision:
    """The first revision of an idea, from its present text. Not stored yet."""
    return Revision(
        idea_id=idea.id,
        number=1,
        title=idea.title,
        body=idea.body,
        why=idea.why,
        author_id=idea.author_id,
        created_at=idea.created_at,
        words_added=words_of((idea.title, idea.body, idea.why)),
        words_removed=0,
    )
