"""Roles that come from groups at the provider: granted and revoked, and no others."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Role
from ideahub.openid_connect.claims import NO_GROUPS, Groups, groups_in
from ideahub.openid_connect.group_roles import add_group_role, apply_groups, remove_group_role
from ideahub.openid_connect.models import GroupRole, OpenIdProvider
from ideahub.organisations.granting import grant_role
from ideahub.organisations.models import Person, RoleGrant
from tests.conftest import Browse, Browser
from tests.openid_connect.providers_of_tests import ADA, StrictProvider, sign_in_there
from tests.support.cast import Cast, viewer_of

LEADS = Groups(frozenset({"Leads"}))
NONE = Groups(frozenset())


async def standing(db: AsyncSession, person: Person) -> set[tuple[str, int | None]]:
    """The roles that the person holds."""
    found = await db.execute(
        select(RoleGrant.role, RoleGrant.organisation_id).where(
            RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None)
        )
    )
    return {(row.role, row.organisation_id) for row in found}


async def leads_lead(db: AsyncSession, cast: Cast, provider: OpenIdProvider) -> None:
    """Members of the group lead in the city."""
    ann = await viewer_of(db, cast.ann)
    await add_group_role(db, ann, provider, "Leads", Role.LEADER, cast.city.id)
    await db.commit()


async def test_the_provider_really_names_groups_and_they_give_and_take_the_role(
    visitor: Browser, provider: OpenIdProvider, strict: StrictProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    assert (await sign_in_there(visitor)).status_code == 303
    ada = (await db.scalars(select(Person).where(Person.email == ADA["email"]))).one()
    assert await standing(db, ada) == {(Role.LEADER, cast.city.id)}
    strict.set_people({"ada": {**ADA, "groups": ["Others"]}})
    await sign_in_there(visitor)
    assert await standing(db, ada) == set()
    kinds = Event.kind.in_([Kind.ROLE_GRANTED, Kind.ROLE_REVOKED])
    told = (await db.scalars(select(Event).where(kinds).order_by(Event.id))).all()
    assert [event.kind for event in told] == [Kind.ROLE_GRANTED, Kind.ROLE_REVOKED]
    assert told[0].data["group"] == "Leads"
    assert told[0].actor_id is None


async def test_pages_say_which_role_came_from_which_group(
    browse: Browse, provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    visitor, ann = await browse(None), await browse(cast.ann)
    await sign_in_there(visitor)
    ada = (await db.scalars(select(Person).where(Person.email == ADA["email"]))).one()
    await grant_role(db, await viewer_of(db, cast.ann), ada.id, Role.JUDGE, cast.city.id)
    await db.commit()
    said = "from the group Leads at City login"
    for browser, path in ((ann, f"/people/{ada.id}"), (visitor, "/account")):
        assert (await browser.get(path)).text.count(said) == 1
    assert "Signs in as at work" in (await ann.get(f"/people/{ada.id}")).text


async def test_what_people_granted_stays(
    provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    await apply_groups(db, provider, cast.ada.id, LEADS)
    ann = await viewer_of(db, cast.ann)
    await grant_role(db, ann, cast.ada.id, Role.MANAGER, cast.city.id)
    # Also where the group had given the same role before.
    await grant_role(db, ann, cast.ada.id, Role.LEADER, cast.city.id)
    await apply_groups(db, provider, cast.ada.id, NONE)
    wanted = {(Role.MANAGER, cast.city.id), (Role.LEADER, cast.city.id)}
    assert await standing(db, cast.ada) == wanted


async def test_nothing_changes_where_the_provider_does_not_name_groups(
    provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    await apply_groups(db, provider, cast.ada.id, LEADS)
    assert await apply_groups(db, provider, cast.ada.id, Groups(None)) == ""
    said = await apply_groups(db, provider, cast.ada.id, Groups(None, too_many=True))
    assert said.startswith("You are in so many groups")
    assert await standing(db, cast.ada) == {(Role.LEADER, cast.city.id)}


async def test_whoever_is_in_no_group_any_more_loses_the_role_where_the_claim_is_left_out_then(
    visitor: Browser, provider: OpenIdProvider, strict: StrictProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    await sign_in_there(visitor)
    ada = (await db.scalars(select(Person).where(Person.email == ADA["email"]))).one()
    strict.set_people({"ada": {name: said for name, said in ADA.items() if name != "groups"}})
    await sign_in_there(visitor)
    assert await standing(db, ada) == {(Role.LEADER, cast.city.id)}
    provider.leaves_out_no_groups = True
    await db.commit()
    await sign_in_there(visitor)
    assert await standing(db, ada) == set()


async def test_a_removed_group_takes_its_role_back_at_once(
    provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    await leads_lead(db, cast, provider)
    await apply_groups(db, provider, cast.ada.id, LEADS)
    mapping = (await db.scalars(select(GroupRole))).one()
    ann = await viewer_of(db, cast.ann)
    await remove_group_role(db, ann, provider, mapping.id)
    await remove_group_role(db, ann, provider, mapping.id)
    assert await standing(db, cast.ada) == set()
    await apply_groups(db, provider, cast.ada.id, LEADS)
    assert await standing(db, cast.ada) == set()


async def test_the_last_admin_of_the_site_stays_one(
    provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    ann = await viewer_of(db, cast.ann)
    await add_group_role(db, ann, provider, "Admins", Role.ADMIN, None)
    await apply_groups(db, provider, cast.ada.id, Groups(frozenset({"Admins"})))
    for grant in await db.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.ann.id)):
        await db.delete(grant)
    await db.flush()
    await apply_groups(db, provider, cast.ada.id, NONE)
    assert await standing(db, cast.ada) == {(Role.ADMIN, None)}


def test_groups_are_read_from_where_providers_put_them() -> None:
    def read(name: str, **claims: Any) -> Groups:
        return groups_in(claims, name)

    assert read("groups", groups=["a", 7, "b"]) == Groups(frozenset({"a", "b"}))
    assert read("groups", groups="a") == Groups(frozenset({"a"}))
    assert read("groups") == Groups(None)
    assert read("groups", groups={"a": 1}) == Groups(None)
    assert read("realm_access.roles", realm_access={"roles": ["a"]}) == Groups(frozenset({"a"}))
    assert read("groups", _claim_names={"groups": "src1"}).too_many
    assert read("groups", hasgroups=True).too_many
    assert groups_in({"hasgroups": True}, "groups", without=NO_GROUPS).too_many
    assert groups_in({}, "groups", without=NO_GROUPS) == NONE
    assert groups_in({"groups": {"a": 1}}, "groups", without=NO_GROUPS) == Groups(None)
