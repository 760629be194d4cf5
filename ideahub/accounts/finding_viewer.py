"""Finds who is looking by the secret of their session: once per request, in one query."""

from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Grant, Role, Viewer

FIND_VIEWER = text("""
    with recursive
    here as (
        select session.id as session_id, person.id, person.name, person.title,
               person.organisation_id, person.language,
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
        language=found.language,
    )


def _grant(found: dict[str, Any]) -> Grant:
    within = found["within"]
    return Grant(Role(found["role"]), None if within is None else frozenset(within))
