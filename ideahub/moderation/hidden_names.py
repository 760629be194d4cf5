"""The names and titles of people that a decision has hidden, and that nobody has put back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.moderation.models import Redaction, TextKind
from ideahub.moderation.redacting import original_of
from ideahub.moderation.written_rows import key_of
from ideahub.organisations.models import Person


async def hidden_names_of(db: AsyncSession, person_id: int) -> set[str]:
    """What the person's name and title were before moderators took words out of them; without what
    was deleted meanwhile."""
    standing = select(Redaction).where(
        Redaction.text_kind == TextKind.PERSON,
        Redaction.text_id == person_id,
        Redaction.decision_id.is_not(None),
        Redaction.restored_at.is_(None),
    )
    key = key_of(await db.get_one(Person, person_id))
    found: set[str] = set()
    for redaction in (await db.scalars(standing)).all():
        kept = original_of(db, redaction) or {"rows": {}}
        before = kept["rows"].get(key, {})
        after = kept.get("after", {}).get(key, {})
        found |= {text for name, text in before.items() if text and text != after.get(name)}
    return found
