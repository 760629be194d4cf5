"""Granting and revoking roles."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.creating_admin import create_admin
from ideahub.accounts.passwords import is_secret
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role
from ideahub.organisations.granting import grant_role, revoke_role
from ideahub.organisations.live import SHOWS, person_room
from ideahub.organisations.models import Person, RoleGrant
from ideahub.realtime.push import Refresh
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_cast, make_person, viewer_of
from tests.support.letters import notice_of


async def grants_of(db: AsyncSession, person: Person) -> list[RoleGrant]:
    """Every grant of a person, oldest first."""
    query = select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.id)
    return list((await db.scalars(query.execution_options(populate_existing=True))).all())


async def admin_of_city(db: AsyncSession, cast: Cast) -> Person:
    """Cam administers the city only."""
    cam = await make_person(db, "Cam Reyes", cast.city, Role.ADMIN)
    await db.commit()
    return cam


async def test_an_admin_grants_a_role_and_it_is_on_record(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    granted = await ann.post(
        f"/people/{cast.ada.id}/roles", {"role": "leader", "place": str(cast.city.id)}
    )
    assert granted.headers["location"] == f"/people/{cast.ada.id}"
    [grant] = await grants_of(db, cast.ada)
    assert (grant.role, grant.organisation_id) == (Role.LEADER, cast.city.id)
    assert (grant.granted_by, grant.revoked_at) == (cast.ann.id, None)
    assert (await viewer_of(db, cast.ada)).holds(Role.LEADER, cast.transport.id)
    shown = (await ann.get(f"/people/{cast.ada.id}")).text
    assert "by Ann Berg" in shown
    [event] = (await db.scalars(select(Event).where(Event.kind == Kind.ROLE_GRANTED))).all()
    assert (event.actor_id, event.subject_id) == (cast.ann.id, cast.ada.id)
    assert event.data == {"role": "leader", "organisation_id": cast.city.id}
    [show] = SHOWS[Kind.ROLE_GRANTED]
    assert await show(db, event) == [Refresh(f"person:{cast.ada.id}")]


async def test_an_admin_makes_somebody_a_moderator_who_then_moderates(
    browse: Browse, cast: Cast
) -> None:
    ann, ada = await browse(cast.ann), await browse(cast.ada)
    assert (await ada.get("/moderation")).status_code == 404
    path = f"/people/{cast.ada.id}"
    assert "Looks at what is reported" in (await ann.get(path)).text
    await ann.post(f"{path}/roles", {"role": "moderator", "place": str(cast.city.id)})
    assert (await ada.get("/moderation")).status_code == 200


async def test_a_role_is_granted_once_however_often_pressed(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    for place in ("everywhere", "everywhere", str(cast.city.id), str(cast.city.id)):
        fields = {"role": "leader", "place": place}
        answer = await ann.post(f"/people/{cast.ada.id}/roles", fields)
        assert (answer.status_code, notice_of(answer)) == (303, "The role is granted.")
    assert len(await grants_of(db, cast.ada)) == 2
    granted = select(func.count()).where(Event.kind == Kind.ROLE_GRANTED)
    assert await db.scalar(granted) == 2


async def test_a_revoked_role_is_gone_and_still_on_record(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    [grant] = await grants_of(db, cast.sam)
    path = f"/people/{cast.sam.id}/roles/{grant.id}/revocation"
    for _press in range(2):
        answer = await ann.post(path)
        assert (answer.status_code, notice_of(answer)) == (303, "The role is revoked.")
    assert not (await viewer_of(db, cast.sam)).can_lead
    [grant] = await grants_of(db, cast.sam)
    assert (grant.revoked_by, grant.revoked_at is None) == (cast.ann.id, False)
    revoked = select(func.count()).where(Event.kind == Kind.ROLE_REVOKED)
    assert await db.scalar(revoked) == 1
    assert "revoked by Ann Berg" in (await ann.get(f"/people/{cast.sam.id}")).text
    again = await ann.post(
        f"/people/{cast.sam.id}/roles", {"role": "leader", "place": str(cast.city.id)}
    )
    assert again.status_code == 303
    assert len(await grants_of(db, cast.sam)) == 2


async def test_nobody_else_grants_or_revokes_or_looks(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    [grant] = await grants_of(db, cast.sam)
    fields = {"role": "admin", "place": "everywhere"}
    for person in (cast.zed, cast.mia, cast.sam, cast.cem):
        browser = await browse(person)
        for path in ("/people", f"/people/{cast.ada.id}", "/organisations"):
            assert (await browser.get(path)).status_code == 404
        assert (await browser.post(f"/people/{person.id}/roles", fields)).status_code == 404
        assert (await browser.post(f"/people/{cast.ada.id}/roles", fields)).status_code == 404
        revoke = f"/people/{cast.sam.id}/roles/{grant.id}/revocation"
        assert (await browser.post(revoke)).status_code == 404
    stranger = await browse(None)
    assert (await stranger.get("/people")).headers["location"] == "/sign-in?next=%2Fpeople"
    assert (await stranger.get(f"/people/{cast.ada.id}")).status_code == 404
    refused = await stranger.post(f"/people/{cast.ada.id}/roles", fields)
    assert refused.headers["location"].startswith("/sign-in")
    assert await grants_of(db, cast.ada) == []
    granted = select(func.count()).where(Event.kind == Kind.ROLE_GRANTED)
    assert await db.scalar(granted) == 0


async def test_an_admin_of_one_place_stays_within_it(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cam = await admin_of_city(db, cast)
    browser = await browse(cam)
    ours = f"/people/{cast.ada.id}/roles"
    below = {"role": "leader", "place": str(cast.transport.id)}
    assert (await browser.post(ours, below)).status_code == 303
    for place, status in (("everywhere", 403), (str(cast.ministry.id), 422)):
        refused = await browser.post(ours, {"role": "leader", "place": place})
        assert refused.status_code == status
    theirs = f"/people/{cast.zed.id}"
    assert (await browser.get(theirs)).status_code == 404
    assert (await browser.post(f"{theirs}/roles", below)).status_code == 404
    viewer = await viewer_of(db, cam)
    [everywhere] = await grants_of(db, cast.ann)
    with pytest.raises(Forbidden):
        await revoke_role(db, viewer, cast.ann.id, everywhere.id)
    for place_id in (None, cast.ministry.id):
        with pytest.raises(Forbidden):
            await grant_role(db, viewer, cam.id, Role.ADMIN, place_id)


async def test_a_grant_of_somebody_else_is_not_revoked_by_their_neighbours_number(
    cast: Cast, db: AsyncSession
) -> None:
    [grant] = await grants_of(db, cast.sam)
    with pytest.raises(NotFound):
        await revoke_role(db, await viewer_of(db, cast.ann), cast.ada.id, grant.id)


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "", "place": ""},
        {"role": "emperor", "place": "everywhere"},
        {"role": "leader", "place": "nowhere"},
        {"role": "leader", "place": "-1"},
        {"role": "leader", "place": "9" * 19},
        {"role": "leader", "place": "9" * 500},
    ],
)
async def test_nonsense_grants_nothing(
    browse: Browse, cast: Cast, db: AsyncSession, fields: dict[str, str]
) -> None:
    refused = await (await browse(cast.ann)).post(f"/people/{cast.ada.id}/roles", fields)
    assert refused.status_code == 422
    assert "data-error-summary" in refused.text
    assert await grants_of(db, cast.ada) == []


async def test_a_place_that_is_not_there_is_refused(browse: Browse, cast: Cast) -> None:
    refused = await (await browse(cast.ann)).post(
        f"/people/{cast.ada.id}/roles", {"role": "leader", "place": "99999999"}
    )
    assert refused.status_code == 422


async def test_the_last_admin_of_the_site_stays(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    await admin_of_city(db, cast)
    browser = await browse(cast.ann)
    [grant] = await grants_of(db, cast.ann)
    refused = await browser.post(f"/people/{cast.ann.id}/roles/{grant.id}/revocation")
    assert refused.status_code == 409
    assert "last administrator" in refused.text
    assert (await grants_of(db, cast.ann))[0].revoked_at is None
    await add(db, RoleGrant(person_id=cast.ada.id, role=Role.ADMIN))
    await db.commit()
    # Who has given up their own role is told so, however often they press.
    for _press in range(2):
        answer = await browser.post(f"/people/{cast.ann.id}/roles/{grant.id}/revocation")
        assert (answer.headers["location"], notice_of(answer)) == (
            "/account",
            "The role is revoked.",
        )
    assert (await browser.get("/people")).status_code == 404


async def test_two_last_admins_cannot_leave_together(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        await add(db, RoleGrant(person_id=cast.ada.id, role=Role.ADMIN))
        viewers = [await viewer_of(db, person) for person in (cast.ann, cast.ada)]
        grants = [(await grants_of(db, person))[0].id for person in (cast.ann, cast.ada)]

    async def leave(number: int) -> bool:
        try:
            async with committing.transaction() as db:
                viewer = viewers[number]
                await revoke_role(db, viewer, viewer.person_id, grants[number])
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(leave(0), leave(1))) == [False, True]


async def test_people_are_found_by_name_and_address_a_page_at_a_time(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    for number in range(45):
        await make_person(db, f"Many{number:02} Same")
    await add(db, Person(name="Imported 7", source_ref="polis:7"))
    await db.commit()
    browser = await browse(cast.ann)
    found = (await browser.get("/people?q=ADA%40mail")).text
    assert "Ada Lind" in found
    assert "Ben Okoye" not in found
    assert "Nobody by that name" in (await browser.get("/people?q=%25")).text
    first = (await browser.get("/people?q=Same")).text
    assert first.count(" Same</a>") == 40
    next_href = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = (await browser.get(next_href.replace("&amp;", "&"))).text
    assert second.count(" Same</a>") == 5
    assert "Many44 Same" in second
    assert "Imported 7" not in (await browser.get("/people?q=Imported")).text


async def test_an_admin_of_one_place_finds_its_people_only(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cam = await admin_of_city(db, cast)
    grant = RoleGrant(person_id=cast.cem.id, role=Role.JUDGE, organisation_id=cast.city.id)
    await add(db, grant)
    await db.commit()
    shown = (await (await browse(cam)).get("/people")).text
    for person in (cast.ada, cast.ben, cast.cem):
        assert person.name in shown
    assert cast.zed.name not in shown


async def test_one_sees_ones_own_page_and_roles(browse: Browse, cast: Cast) -> None:
    shown = (await (await browse(cast.sam)).get(f"/people/{cast.sam.id}")).text
    assert "Leader" in shown
    assert "/revocation" not in shown
    assert "Grant a role" not in shown
    own = (await (await browse(cast.sam)).get("/account")).text
    assert "City of Brookfield" in own


async def test_a_name_is_shown_as_text(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    cast.ada.name = "<img src=x onerror=alert(1)>"
    await db.commit()
    browser = await browse(cast.ann)
    for path in ("/people", f"/people/{cast.ada.id}"):
        shown = (await browser.get(path)).text
        assert "<img" not in shown
        assert "&lt;img" in shown


async def test_the_command_makes_an_admin(cast: Cast, db: AsyncSession) -> None:
    person = await create_admin(
        db, "Root@City.example", "  Root  Admin ", "seven quiet herons by the lock"
    )
    await db.flush()
    assert (person.name, person.email) == ("Root Admin", "Root@city.example")
    assert person.organisation_id == cast.city.id
    assert await is_secret(person.password_hash, "seven quiet herons by the lock")
    viewer = await viewer_of(db, person)
    assert viewer.holds(Role.ADMIN, None)
    again = await create_admin(db, "root@city.example", "Other Name", None)
    assert (again.id, again.name) == (person.id, "Root Admin")
    assert len(await grants_of(db, person)) == 1
    existing = await create_admin(db, "ada@mail.example", "Ignored")
    assert existing.id == cast.ada.id


@pytest.mark.parametrize(
    ("email", "name", "password"),
    [("nonsense", "Root", None), ("a@b.example", "", None), ("a@b.example", "Root", "short")],
)
async def test_the_command_refuses_what_it_cannot_use(
    db: AsyncSession, email: str, name: str, password: str | None
) -> None:
    with pytest.raises(Invalid):
        await create_admin(db, email, name, password)


async def test_the_room_hears_of_what_concerns_the_person(cast: Cast, db: AsyncSession) -> None:
    condition = await person_room(db, await viewer_of(db, cast.ada), cast.ada.id)
    await grant_role(db, await viewer_of(db, cast.ann), cast.ada.id, Role.JUDGE, None)
    await grant_role(db, await viewer_of(db, cast.ann), cast.ben.id, Role.JUDGE, None)
    heard = (await db.scalars(select(Event).where(condition))).all()
    assert [event.subject_id for event in heard] == [cast.ada.id]
