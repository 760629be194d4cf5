"""Who is looking, and what they may do where: read once per request, in one query."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, false, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ideahub.accounts.models import Role
from ideahub.i18n import _
from ideahub.refusals import Forbidden, SignInNeeded


@dataclass(frozen=True, slots=True)
class Grant:
    """A standing role and the organisations it covers; None means everywhere."""

    role: Role
    within: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request, or nobody in particular.

    `organisations` are one's own and all above it: whose internal things one may see.
    `cursor` is the oldest transaction that was still open when the request began: whatever
    this request did not see yet bears this number or a higher one.
    `session_seconds` is how long the session still holds.
    """

    id: int | None = None
    name: str = ""
    title: str = ""
    session_id: int | None = None
    session_seconds: float | None = None
    organisation_id: int | None = None
    organisations: frozenset[int] = frozenset()
    grants: tuple[Grant, ...] = field(default=())
    cursor: int = 0

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.id is not None

    @property
    def person_id(self) -> int:
        """The person's number; raises SignInNeeded for a stranger."""
        if self.id is None:
            raise SignInNeeded(_("Sign in to do this. What you typed is kept."))
        return self.id

    @property
    def is_staff(self) -> bool:
        """Whether this person works for an organisation, as its mail domain proved."""
        return self.organisation_id is not None

    def holds(self, role: Role, organisation_id: int | None) -> bool:
        """Whether a standing grant of this role, or of admin, covers the organisation."""
        return any(
            grant.role in {role, Role.ADMIN}
            and (grant.within is None or organisation_id in grant.within)
            for grant in self.grants
        )

    def must_hold(self, role: Role, organisation_id: int | None) -> int:
        """The person's number if they hold the role there; raises Forbidden, SignInNeeded."""
        person_id = self.person_id
        if not self.holds(role, organisation_id):
            raise Forbidden(_("This needs a role that you do not hold here."))
        return person_id

    def covers(
        self, role: Role, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    ) -> ColumnElement[bool]:
        """The SQL condition that the organisation in `column` is one where the role is held."""
        within = [grant.within for grant in self.grants if grant.role in {role, Role.ADMIN}]
        if None in within:
            return true()
        ids = frozenset[int]().union(*(one for one in within if one is not None))
        return column.in_(ids) if ids else false()

    def holds_anywhere(self, role: Role) -> bool:
        """Whether this person holds the role somewhere."""
        return any(grant.role in {role, Role.ADMIN} for grant in self.grants)

    @property
    def can_manage(self) -> bool:
        """Whether this person may create challenges or idea boxes somewhere."""
        return self.holds_anywhere(Role.MANAGER)

    @property
    def can_lead(self) -> bool:
        """Whether this person may pledge somewhere."""
        return self.holds_anywhere(Role.LEADER)

    @property
    def can_review(self) -> bool:
        """Whether this person may decide at gates somewhere."""
        return self.can_manage or self.can_lead

    @property
    def can_moderate(self) -> bool:
        """Whether this person may hide what breaks the rules somewhere."""
        return self.holds_anywhere(Role.MODERATOR)

    @property
    def is_admin(self) -> bool:
        """Whether this person grants roles."""
        return any(grant.role is Role.ADMIN for grant in self.grants)


STRANGER = Viewer()

FIND_VIEWER = text("""
    with recursive
    here as (
        select session.id as session_id, person.id, person.name, person.title,
               person.organisation_id,
               session.seen_at < now() - interval '5 minutes' as long_unseen,
               extract(epoch from session.expires_at - now())::float8 as session_seconds
        from session join person on person.id = session.person_id
        where session.token_hash = :token_hash
          and session.ended_at is null and session.expires_at > now()
          and (:demo or not person.demo)
    ),
    above(id, parent_id) as (
        select organisation.id, organisation.parent_id
        from organisation join here on organisation.id = here.organisation_id
        union
        select organisation.id, organisation.parent_id
        from organisation join above on organisation.id = above.parent_id
    ),
    below(grant_id, id) as (
        select role_grant.id, role_grant.organisation_id
        from role_grant join here on role_grant.person_id = here.id
        where role_grant.revoked_at is null and role_grant.organisation_id is not null
        union
        select below.grant_id, organisation.id
        from organisation join below on organisation.parent_id = below.id
    )
    select here.*,
        array(select id from above) as organisations,
        (select coalesce(jsonb_agg(jsonb_build_object(
            'role', role_grant.role,
            'within', case when role_grant.organisation_id is null then null else
                (select jsonb_agg(below.id) from below where below.grant_id = role_grant.id)
            end)), '[]'::jsonb)
         from role_grant join here on role_grant.person_id = here.id
         where role_grant.revoked_at is null) as grants,
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint as cursor
    from (values (1)) as one left join here on true
""")

MARK_SEEN = text("""
    update session set seen_at = now()
    where id = :id and seen_at < now() - interval '5 minutes'
""")


def hash_token(token: str) -> bytes:
    """What is kept of a session's secret."""
    return sha256(token.encode()).digest()


async def find_viewer(db: AsyncSession, token: str | None, *, demo: bool = False) -> Viewer:
    """The person whose session this secret opens; a stranger if it opens none (any more).

    Outside the demo, nobody is one of its people, however they signed in.
    """
    asked = {"token_hash": hash_token(token or ""), "demo": demo}
    found = (await db.execute(FIND_VIEWER, asked)).one()
    if found.id is None:
        return Viewer(cursor=found.cursor)
    if found.long_unseen:
        # Once in five minutes, a write of its own; where a page is read it commits by itself.
        await db.execute(MARK_SEEN, {"id": found.session_id})
    return Viewer(
        id=found.id,
        name=found.name,
        title=found.title,
        session_id=found.session_id,
        session_seconds=found.session_seconds,
        organisation_id=found.organisation_id,
        organisations=frozenset(found.organisations),
        grants=tuple(_grant(one) for one in found.grants),
        cursor=found.cursor,
    )


def _grant(found: dict[str, Any]) -> Grant:
    within = found["within"]
    return Grant(Role(found["role"]), None if within is None else frozenset(within))
