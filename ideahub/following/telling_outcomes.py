"""Tells everyone who has to do with an idea what became of it, and thanks them for what they
did."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.following.involved import Deeds, Involved, people_who, thanks_to
from ideahub.following.what_became import FINDS, Find
from ideahub.ideas.models import Idea

# What was decided about what is one's own.
OWN = frozenset({Involved.AUTHOR, Involved.ENTRANT})


def _tell(find: Find) -> Tell:
    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        idea = await db.get(Idea, event.idea_id)
        outcome = await find(db, event) if idea else None
        if idea is None or outcome is None:
            return []
        deeds = Deeds(idea.id)
        path = outcome.path or f"/ideas/{idea.id}{outcome.anchor}"

        def write_for(what: Involved) -> Callable[[Addressee], Words]:
            def write(to: Addressee) -> Words:
                added = _(outcome.added, words=outcome.words) if outcome.added else ""
                parts = (added, thanks_to(what, deeds, to))
                subject = _(outcome.sentence, idea=idea.title)
                return Words(subject, "\n\n".join(part for part in parts if part))

            return write

        return [
            Message(
                about=MessageKind.OWN if what in OWN else MessageKind.OUTCOME,
                to=people_who(what, event),
                write=write_for(what),
                path=path,
                learn=deeds.learn,
            )
            for what in Involved
            if not (outcome.authors_know and what is Involved.AUTHOR)
        ]

    return tell


TELLS: dict[Kind, Tell] = {kind: _tell(find) for kind, find in FINDS.items()}
