"""Tells everyone who takes part in a challenge what happens to it, and its news."""

from sqlalchemy import Select, select

from ideahub.campaigns.telling import tells_of_campaign
from ideahub.core.events import Event, Kind
from ideahub.core.telling import Tell
from ideahub.entries.models import Entry, EntryMember
from ideahub.questions.telling import tells_of_news


def entrants(event: Event) -> Select[int]:
    """Those who belonged to an entry that is not withdrawn, as the deed was done, and still do."""
    return (
        select(EntryMember.person_id)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .where(
            Entry.campaign_id == event.campaign_id,
            Entry.withdrawn_at.is_(None),
            EntryMember.left_at.is_(None),
            EntryMember.joined_at <= event.created_at,
        )
    )


TELLS: dict[Kind, Tell] = {**tells_of_campaign(entrants), **tells_of_news(entrants)}
