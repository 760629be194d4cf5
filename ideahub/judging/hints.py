"""Hints at conflicts of interest: what the site knows of a judge and of those who entered."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import BigInteger, String, and_, any_, bindparam, cast, func, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import EntryMember
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.organisations.models import Person

# Mail providers that everybody uses: sharing one says nothing.
FOR_EVERYBODY = frozenset(
    {
        *("aol.com", "free.fr", "gmail.com", "googlemail.com", "hotmail.com", "icloud.com"),
        *("gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "mail.com", "mail.ru", "me.com"),
        *("libero.it", "live.com", "msn.com", "orange.fr", "outlook.com", "posteo.de"),
        *("proton.me", "protonmail.com", "seznam.cz", "t-online.de", "tutanota.com", "web.de"),
        *("wp.pl", "yahoo.com", "ymail.com"),
    }
)


class Hint(StrEnum):
    """Why a judge may know somebody who entered."""

    ORGANISATION = "organisation"
    DOMAIN = "domain"
    IDEA = "idea"
    TEAM = "team"


def hint_labels() -> dict[Hint, str]:
    """Each hint as it stands beside a name."""
    return {
        Hint.ORGANISATION: _("works for the same organisation as you"),
        Hint.DOMAIN: _("has the same mail domain as you"),
        Hint.IDEA: _("wrote an idea together with you"),
        Hint.TEAM: _("was in a team with you"),
    }


JUDGE = bindparam("judge", type_=BigInteger)
PEOPLE = any_(bindparam("people", type_=ARRAY(BigInteger)))
Me, Other = aliased(Person, name="me"), aliased(Person, name="other")
_my_domain = func.lower(func.split_part(cast(Me.email, String), "@", 2))
_other_domain = func.lower(func.split_part(cast(Other.email, String), "@", 2))
KNOWN = (
    select(
        Other.id,
        (Me.organisation_id == Other.organisation_id).label("same_organisation"),
        (_my_domain == _other_domain).label("same_domain"),
        _other_domain.label("domain"),
    )
    .join(Me, Me.id == JUDGE)
    .where(Other.id == PEOPLE, Other.id != JUDGE)
)
_authors = union(
    select(Idea.id.label("idea_id"), Idea.author_id.label("person_id")),
    select(CoAuthor.idea_id, CoAuthor.person_id),
)
_mine, _theirs = _authors.subquery("mine"), _authors.subquery("theirs")
TOGETHER = (
    select(_theirs.c.person_id)
    .join(_mine, _mine.c.idea_id == _theirs.c.idea_id)
    .where(_mine.c.person_id == JUDGE, _theirs.c.person_id == PEOPLE)
    .distinct()
)
Mine, Theirs = aliased(EntryMember, name="mine"), aliased(EntryMember, name="theirs")
IN_TEAM = (
    select(Theirs.person_id)
    .join(Mine, and_(Mine.entry_id == Theirs.entry_id, Mine.person_id == JUDGE))
    .where(Theirs.person_id == PEOPLE)
    .distinct()
)


async def hints_about(
    db: AsyncSession, judge_person_id: int, people: Iterable[int]
) -> dict[int, list[Hint]]:
    """For each of these people what hints at a conflict of interest of this judge; those with no
    hint are left out."""
    asked = {"judge": judge_person_id, "people": [one for one in people if one != judge_person_id]}
    found: dict[int, list[Hint]] = defaultdict(list)
    for row in await rows_of(db, KNOWN, asked):
        if row.same_organisation:
            found[row.id].append(Hint.ORGANISATION)
        elif row.same_domain and row.domain and row.domain not in FOR_EVERYBODY:
            found[row.id].append(Hint.DOMAIN)
    for statement, hint in ((TOGETHER, Hint.IDEA), (IN_TEAM, Hint.TEAM)):
        for (person_id,) in await rows_of(db, statement, asked):
            found[person_id].append(hint)
    return dict(found)
