"""Updates open pages of an idea after contributions, replies, thanks and withdrawals."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import contribution_for_room, count_kinds
from ideahub.conversation.rows import ContributionView
from ideahub.core.events import Event, Kind
from ideahub.http.kept_pages import ALL
from ideahub.http.pages import render
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage


async def show_made(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Appends a contribution to the list, or a reply to its contribution; its author's other pages
    ask for their own copy, which has their controls."""
    contribution = await contribution_for_room(db, event.subject_id or 0)
    if contribution is None or contribution.gone:
        return []
    room = f"idea:{contribution.idea_id}"
    if contribution.parent_id is not None:
        html = render("conversation/_reply.html", contribution=contribution)
        replies = f"contribution-{contribution.parent_id}-replies"
        return [Push(room, replies, html, "beforeend"), _own_copy(event.actor_id)]
    html = render("conversation/_contribution.html", contribution=contribution)
    lists = (
        f"idea-{contribution.idea_id}-contributions",
        f"idea-{contribution.idea_id}-contributions-{contribution.kind}",
    )
    return [
        *(Push(room, target, html, "beforeend") for target in lists),
        *await _counts(db, contribution.idea_id),
        _own_copy(event.actor_id),
    ]


async def show_thanks(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The number of thanks, at the contribution."""
    contribution = await contribution_for_room(db, event.subject_id or 0)
    if contribution is None:
        return []
    html = render("conversation/_thanks_count.html", contribution=contribution)
    return [Push(f"idea:{contribution.idea_id}", f"contribution-{contribution.id}-thanks", html)]


async def show_adopted(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Marks the build as adopted. The idea's new text is pushed by the feature of ideas."""
    contribution = await contribution_for_room(db, event.subject_id or 0)
    if contribution is None:
        return []
    html = render("conversation/_state.html", contribution=contribution)
    return [Push(f"idea:{contribution.idea_id}", f"contribution-{contribution.id}-state", html)]


def _own_copy(person_id: int | None) -> Refresh:
    return Refresh(f"person:{person_id}")


async def show_withdrawn(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Empties a withdrawn contribution that has replies; removes one that has none."""
    room = f"idea:{event.idea_id}"
    reply_to = event.data.get("reply_to")
    told: list[RoomMessage] = [await _left(db, room, event.subject_id or 0)]
    if reply_to:
        parent = await contribution_for_room(db, reply_to)
        # A withdrawn contribution is removed when its last reply is withdrawn.
        return told if parent else [_gone(room, reply_to)]
    return [*told, *await _counts(db, event.idea_id or 0)]


async def _left(db: AsyncSession, room: str, contribution_id: int) -> Push:
    contribution = await contribution_for_room(db, contribution_id)
    return _place(room, contribution) if contribution else _gone(room, contribution_id)


def _place(room: str, contribution: ContributionView) -> Push:
    # Without its replies: at each of them the viewers have controls of their own.
    html = render("conversation/_said.html", contribution=contribution)
    return Push(room, f"contribution-{contribution.id}-said", html)


def _gone(room: str, contribution_id: int) -> Push:
    return Push(room, f"contribution-{contribution_id}", "", "delete")


async def _counts(db: AsyncSession, idea_id: int) -> list[Push]:
    counts = await count_kinds(db, idea_id)
    together: dict[str, int] = {"all": sum(counts.values()), **counts}
    return [
        Push(
            f"idea:{idea_id}",
            f"idea-{idea_id}-count-{name}",
            render("conversation/_count.html", idea_id=idea_id, name=name, number=number),
        )
        for name, number in together.items()
    ]


async def show_hidden(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """As where its author takes it back."""
    return await show_withdrawn(db, event) if _is_contribution(event) else []


async def show_again(_db: AsyncSession, event: Event) -> list[RoomMessage]:
    """A contribution stands where it stood, or reads otherwise, among others: the page is fetched
    again."""
    return [Refresh(f"idea:{event.idea_id}")] if event.idea_id else []


def _is_contribution(event: Event) -> bool:
    return event.subject_type == Contribution.__tablename__


CHANGES: dict[Kind, Sequence[str]] = {
    Kind.CONTRIBUTION_WITHDRAWN: (ALL,),
    Kind.TEXT_HIDDEN: (ALL,),
    Kind.TEXT_SHOWN: (ALL,),
    Kind.TEXT_REDACTED: (ALL,),
    Kind.TEXT_RESTORED: (ALL,),
}
SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.CONTRIBUTION_MADE: [show_made],
    Kind.CONTRIBUTION_THANKED: [show_thanks],
    Kind.CONTRIBUTION_ADOPTED: [show_adopted],
    Kind.CONTRIBUTION_WITHDRAWN: [show_withdrawn],
    Kind.TEXT_HIDDEN: [show_hidden],
    Kind.TEXT_SHOWN: [show_again],
    Kind.TEXT_REDACTED: [show_again],
    Kind.TEXT_RESTORED: [show_again],
}
