"""Organisations: adding, naming, and the mail domain that makes staff."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation
from tests.conftest import Browse
from tests.support.cast import Cast, make_person


async def named(db: AsyncSession, name: str) -> Organisation:
    """The organisation of this name."""
    query = select(Organisation).where(Organisation.name == name)
    return (await db.scalars(query.execution_options(populate_existing=True))).one()


async def test_they_are_listed_as_a_tree(browse: Browse, cast: Cast) -> None:
    shown = (await (await browse(cast.ann)).get("/organisations")).text
    assert "city.example" in shown
    body = shown.split("list-rows")[1]
    assert body.index("City of Brookfield") < body.index("Transport") < body.index("Ministry") or (
        body.index("Ministry") < body.index("City of Brookfield") < body.index("Transport")
    )


async def test_an_admin_adds_one(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    browser = await browse(cast.ann)
    fields = {"name": " Parks ", "parent_id": str(cast.city.id), "mail_domain": "PARKS.example"}
    added = await browser.post("/organisations", fields)
    assert added.headers["location"] == "/organisations"
    parks = await named(db, "Parks")
    assert (parks.parent_id, parks.mail_domain) == (cast.city.id, "parks.example")


async def test_one_is_added_once_however_often_pressed(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    browser = await browse(cast.ann)
    for fields in (
        {"name": "Parks", "parent_id": str(cast.city.id), "mail_domain": "parks.example"},
        {"name": "Parks", "parent_id": str(cast.transport.id)},
        {"name": "Parks"},
    ):
        before = await db.scalar(select(func.count()).select_from(Organisation)) or 0
        for _press in range(2):
            assert (await browser.post("/organisations", fields)).status_code == 303
        assert await db.scalar(select(func.count()).select_from(Organisation)) == before + 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 201}, 422),
        ({"name": "Parks", "mail_domain": "not a domain"}, 422),
        ({"name": "Parks", "mail_domain": "example"}, 422),
        ({"name": "Parks", "mail_domain": "me@parks.example"}, 422),
        ({"name": "Parks", "mail_domain": "CITY.example"}, 409),
        ({"name": "Parks", "parent_id": "999999"}, 422),
    ],
)
async def test_what_cannot_be_is_refused_and_kept_in_the_form(
    browse: Browse, cast: Cast, db: AsyncSession, fields: dict[str, str], status: int
) -> None:
    before = await db.scalar(select(func.count()).select_from(Organisation))
    refused = await (await browse(cast.ann)).post("/organisations", fields)
    assert refused.status_code == status
    assert "data-error-summary" in refused.text
    assert f'value="{fields["name"]}"' in refused.text
    assert await db.scalar(select(func.count()).select_from(Organisation)) == before


async def test_an_admin_changes_name_and_domain(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    browser = await browse(cast.ann)
    path = f"/organisations/{cast.transport.id}/details"
    assert 'value="Transport"' in (await browser.get(path)).text
    saved = await browser.post(path, {"name": "Mobility", "mail_domain": "mobility.example"})
    assert saved.status_code == 303
    mobility = await named(db, "Mobility")
    assert mobility.mail_domain == "mobility.example"
    await browser.post(path, {"name": "Mobility", "mail_domain": ""})
    assert (await named(db, "Mobility")).mail_domain is None
    taken = await browser.post(path, {"name": "Other", "mail_domain": "city.example"})
    assert taken.status_code == 409
    assert (await named(db, "Mobility")).mail_domain is None


async def test_an_admin_of_one_place_sees_and_changes_that_only(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cam = await make_person(db, "Cam Reyes", cast.city, Role.ADMIN)
    await db.commit()
    browser = await browse(cam)
    shown = (await browser.get("/organisations")).text
    assert "Transport" in shown
    assert "Ministry" not in shown
    inside = {"name": "Parks", "parent_id": str(cast.transport.id)}
    assert (await browser.post("/organisations", inside)).status_code == 303
    for fields, status in (
        ({"name": "Top"}, 403),
        ({"name": "Theirs", "parent_id": str(cast.ministry.id)}, 422),
        ({**inside, "name": "Thief", "mail_domain": "ministry2.example"}, 403),
    ):
        assert (await browser.post("/organisations", fields)).status_code == status
    theirs = f"/organisations/{cast.ministry.id}/details"
    assert (await browser.get(theirs)).status_code == 404
    assert (await browser.post(theirs, {"name": "Mine"})).status_code == 404
    ours = f"/organisations/{cast.city.id}/details"
    kept = {"name": "Brookfield", "mail_domain": "city.example"}
    assert (await browser.post(ours, kept)).status_code == 303
    stolen = {"name": "Changed", "mail_domain": "mail.example"}
    assert (await browser.post(ours, stolen)).status_code == 403
    assert (await named(db, "Brookfield")).mail_domain == "city.example"


async def test_others_find_nothing_there(browse: Browse, cast: Cast) -> None:
    for person in (cast.zed, cast.mia):
        browser = await browse(person)
        assert (await browser.get("/organisations")).status_code == 404
        assert (await browser.post("/organisations", {"name": "Mine"})).status_code == 404
        path = f"/organisations/{cast.city.id}/details"
        assert (await browser.post(path, {"name": "Mine"})).status_code == 404
    stranger = await browse(None)
    assert (await stranger.get("/organisations")).headers["location"].startswith("/sign-in")
