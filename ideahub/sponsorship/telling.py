"""What authors and sponsors are told of a pledge between them."""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, literal, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import dates
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.sponsorship.labels import is_offered_by, you_promised
from ideahub.sponsorship.models import MarkKind, Pledge, PledgeMark, PledgeState
from ideahub.sponsorship.rows import PLEDGES, PledgeView, pledge_view

Say = Callable[[PledgeView], Words]


def _authors(pledge: PledgeView) -> Select[int]:
    own = select(Idea.author_id).where(Idea.id == pledge.idea_id)
    others = select(CoAuthor.person_id).where(CoAuthor.idea_id == pledge.idea_id)
    together = union(own, others).subquery("authors")
    return select(together.c[0]).where(together.c[0] != pledge.sponsor_id)


def _sponsor(pledge: PledgeView) -> Select[int]:
    return select(literal(pledge.sponsor_id))


def _tell(
    to: Callable[[PledgeView], Select[int]],
    say: Say,
    *states: PledgeState,
    about: MessageKind = MessageKind.OWN,
) -> Tell:
    """Tells these people, as long as the pledge is in one of these states."""

    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        row = (await db.execute(PLEDGES.where(Pledge.id == event.subject_id))).one_or_none()
        pledge = pledge_view(row) if row else None
        if pledge is None or pledge.state not in states:
            return []

        def write(_person: Addressee) -> Words:
            return say(pledge)

        path = f"/pledges/{pledge.id}"
        return [Message(about=about, to=to(pledge), write=write, path=path)]

    return tell


def _offered(pledge: PledgeView) -> Words:
    return Words(
        is_offered_by(pledge.given, pledge.sponsor_name, pledge.idea_title),
        _(
            "The promise: “%(promise)s” You can accept it until %(day)s, or decline it with a "
            "reason.",
            promise=pledge.promise,
            day=dates.day_words(pledge.expires_on),
        ),
    )


def _accepted(pledge: PledgeView) -> Words:
    return Words(
        _("Your pledge was accepted: %(idea)s", idea=pledge.idea_title),
        _(
            "What you promised starts now, and holds until %(day)s: “%(promise)s” You are named as "
            "a sponsor of the idea.",
            promise=pledge.promise,
            day=dates.day_words(pledge.expires_on),
        ),
    )


def _declined(pledge: PledgeView) -> Words:
    return Words(
        _("Your pledge was declined: %(idea)s", idea=pledge.idea_title),
        _("The reason of the authors: %(why)s", why=pledge.declined_reason),
    )


def _due(pledge: PledgeView) -> Words:
    return Words(
        _("Your promise is due: %(idea)s", idea=pledge.idea_title),
        _(
            "%(promise)s Its last day is %(day)s. Say on its page what you gave, in full or in "
            "part; or take it back with a reason.",
            promise=you_promised(pledge.given, pledge.idea_title),
            day=dates.day_words(pledge.expires_on),
        ),
    )


def _kept(pledge: PledgeView) -> Words:
    return Words(
        _("A promise to your idea was kept: %(idea)s", idea=pledge.idea_title),
        _("%(note)s Say on its page whether you got it.", note=pledge.kept_note),
    )


def _part_kept(pledge: PledgeView) -> Words:
    return Words(
        _("A promise to your idea was kept in part: %(idea)s", idea=pledge.idea_title),
        _(
            "%(note)s Why it was not all of it: %(why)s Say on its page whether you got it.",
            note=pledge.kept_note,
            why=pledge.part_why,
        ),
    )


def _withdrawn(pledge: PledgeView) -> Words:
    return Words(
        _("A pledge to your idea was taken back: %(idea)s", idea=pledge.idea_title),
        _("The reason of the sponsor: %(why)s", why=pledge.withdrawn_reason),
    )


def _lapsed(pledge: PledgeView) -> Words:
    return Words(
        _("A pledge to your idea has lapsed: %(idea)s", idea=pledge.idea_title),
        _("Its last day is over. If you got it all the same, you can say so on its page."),
    )


def _own_lapsed(pledge: PledgeView) -> Words:
    return Words(
        _("Your promise has lapsed: %(idea)s", idea=pledge.idea_title),
        _("Its last day is over. If you kept it, you can still say so on its page; it is late."),
    )


async def tell_lapsed(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells authors and sponsor that an accepted pledge has lapsed; an offer that nobody answered
    ran out, and is told to nobody."""
    row = (await db.execute(PLEDGES.where(Pledge.id == event.subject_id))).one_or_none()
    pledge = pledge_view(row) if row else None
    if pledge is None or pledge.accepted_at is None or pledge.state is not PledgeState.LAPSED:
        return []
    path, own = f"/pledges/{pledge.id}", MessageKind.OWN
    return [
        Message(about=own, to=_sponsor(pledge), write=lambda _: _own_lapsed(pledge), path=path),
        Message(about=own, to=_authors(pledge), write=lambda _: _lapsed(pledge), path=path),
    ]


async def tell_marked(db: AsyncSession, event: Event) -> Sequence[Message]:
    """Tells the sponsor what the authors said: that they got it, or did not, or that a condition is
    met or not. Only the newest of what was said is told."""
    row = (await db.execute(PLEDGES.where(Pledge.id == event.subject_id))).one_or_none()
    said = select(PledgeMark).where(PledgeMark.pledge_id == event.subject_id)
    mark = await db.scalar(said.order_by(PledgeMark.id.desc()).limit(1))
    if row is None or mark is None or mark.kind != event.data.get("said"):
        return []
    pledge, kind, reason = pledge_view(row), mark.kind, mark.reason

    def write(_person: Addressee) -> Words:
        return Words(_marked_subject(MarkKind(kind), pledge.idea_title), reason or pledge.promise)

    to, path = _sponsor(pledge), f"/pledges/{pledge.id}"
    return [Message(about=MessageKind.OWN, to=to, write=write, path=path)]


def _marked_subject(kind: MarkKind, idea: str) -> str:
    return {
        MarkKind.CONFIRMED: _("The authors confirm that they got it: %(idea)s", idea=idea),
        MarkKind.DISPUTED: _("The authors say that they did not get it: %(idea)s", idea=idea),
        MarkKind.CONDITIONS_MET: _("Your condition is met: %(idea)s", idea=idea),
        MarkKind.CONDITIONS_UNMET: _("Your condition is not met: %(idea)s", idea=idea),
    }[kind]


TELLS: dict[Kind, Tell] = {
    Kind.PLEDGE_OFFERED: _tell(_authors, _offered, PledgeState.OFFERED),
    Kind.PLEDGE_ACCEPTED: _tell(_sponsor, _accepted, PledgeState.ACCEPTED),
    Kind.PLEDGE_DECLINED: _tell(_sponsor, _declined, PledgeState.DECLINED),
    Kind.PLEDGE_DUE: _tell(_sponsor, _due, PledgeState.ACCEPTED, about=MessageKind.DUTY),
    Kind.PLEDGE_KEPT: _tell(_authors, _kept, PledgeState.KEPT),
    Kind.PLEDGE_PART_KEPT: _tell(_authors, _part_kept, PledgeState.PART_KEPT),
    Kind.PLEDGE_WITHDRAWN: _tell(_authors, _withdrawn, PledgeState.WITHDRAWN),
    Kind.PLEDGE_LAPSED: tell_lapsed,
    Kind.PLEDGE_CONFIRMED: tell_marked,
    Kind.PLEDGE_DISPUTED: tell_marked,
    Kind.PLEDGE_CONDITIONS_MARKED: tell_marked,
}
