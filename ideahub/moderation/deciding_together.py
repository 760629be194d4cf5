"""The rule for deciding several cases at once: each by itself, so that one that is refused, such as
one's own text, keeps nobody from the others."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid, Refused
from ideahub.core.text.cleaning import shortened
from ideahub.core.viewer import Viewer
from ideahub.moderation.cases import find_case
from ideahub.moderation.conduct import DEFAULT, Rule
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import ConductVersion
from ideahub.moderation.texts import text_of

# How much of a text names it.
NAME = 60
RULES = (
    select(ConductVersion.rules)
    .where(
        ConductVersion.campaign_id.is_(None)
        | (ConductVersion.campaign_id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    )
    .order_by(ConductVersion.id)
)


class Together(msgspec.Struct, frozen=True):
    """What came of it: how many were decided, and why each of the others was not."""

    done: int
    refused: list[str]


async def decide_together(
    db: AsyncSession,
    viewer: Viewer,
    cases: Sequence[int],
    choice: Choice,
    *,
    seen: Mapping[int, str] | None = None,
) -> Together:
    """Decides each of these cases alike; `seen` has the fingerprints of their texts as the viewer's
    form says that they were shown; None where there is no form. Raises Invalid where none was
    decided."""
    done, refused = 0, []
    # Always in this order, so that two moderators who choose the same never wait for each other.
    for number in sorted(set(cases)):
        said = None if seen is None else seen.get(number, "")
        try:
            async with db.begin_nested():
                await decide(db, viewer, number, choice, seen=said)
        except Refused as why:
            refused.append((number, why))
        else:
            done += 1
    if not done and refused and isinstance(refused[0][1], Invalid):
        raise refused[0][1]
    return Together(done, [await _named(db, viewer, *each) for each in refused])


async def rules_in(db: AsyncSession, campaigns: Sequence[int]) -> list[Rule]:
    """The rules by which texts in these campaigns can be decided together: those of the campaigns,
    of organisations and of the site, each as it reads last."""
    found = {key: Rule(key, _(name), _(text)) for key, name, text in DEFAULT}
    for (rules,) in await rows_of(db, RULES, {"ids": list(campaigns)}):
        found.update({rule["key"]: Rule(**rule) for rule in rules})
    return list(found.values())


async def _named(db: AsyncSession, viewer: Viewer, number: int, why: Refused) -> str:
    """The text by its first words, and why it was not decided; nothing of one that the viewer may
    not know of."""
    try:
        case = await find_case(db, viewer, number)
    except Refused:
        return why.reason
    text = await text_of(db, case.text_kind, case.text_id)
    return _("“%(text)s”: %(why)s", text=shortened(text.words, NAME), why=why.reason)
