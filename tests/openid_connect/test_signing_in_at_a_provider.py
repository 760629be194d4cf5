"""Staff sign in at a provider that really runs, and strictly checks what this site sends."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.openid_connect.models import Identity, OpenIdProvider
from ideahub.organisations.models import Person
from tests.conftest import Browser
from tests.openid_connect.providers_of_tests import (
    ADA,
    AtProvider,
    StrictProvider,
    leave,
    path_of,
    sign_in_there,
)
from tests.support.cast import Cast


async def test_the_page_to_sign_in_has_a_button_for_each_provider(
    visitor: Browser, provider: OpenIdProvider
) -> None:
    page = (await visitor.get("/sign-in?next=/campaigns")).text
    assert "City login" in page
    assert f'action="/openid-connect/{provider.id}/sign-ins"' in page


async def test_somebody_new_becomes_staff_of_the_organisation(
    visitor: Browser, provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    answer = await sign_in_there(visitor, next_url="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Ada Lind" in (await visitor.get("/account")).text
    person = (await db.scalars(select(Person).where(Person.email == ADA["email"]))).one()
    assert (person.name, person.organisation_id) == ("Ada Lind", cast.city.id)
    known = (await db.scalars(select(Identity))).one()
    assert (known.issuer, known.subject) == (provider.issuer, "ada")
    assert known.person_id == person.id


async def test_the_second_time_they_are_the_same_person_whatever_their_address(
    visitor: Browser, provider: OpenIdProvider, strict: StrictProvider, db: AsyncSession
) -> None:
    await sign_in_there(visitor)
    strict.set_people({"ada": {**ADA, "name": "Ada Berg", "email": "berg@city.example"}})
    assert (await sign_in_there(visitor)).status_code == 303
    known = (await db.scalars(select(Identity))).one()
    person = await db.get_one(Person, known.person_id, populate_existing=True)
    assert (person.name, person.email) == ("Ada Berg", "berg@city.example")
    changed = await db.scalars(select(Event).where(Event.kind == Kind.PERSON_CHANGED))
    assert [event.data for event in changed] == [{"by_provider": ["email", "name"]}]


async def test_who_does_not_sign_in_there_is_told_what_to_do(
    visitor: Browser, provider: OpenIdProvider
) -> None:
    with AtProvider() as there:
        back = there.refuse(await leave(visitor, next_url="/campaigns"))
    page = await visitor.get(path_of(back))
    assert page.status_code == 403
    assert "You did not sign in at" in page.text
    assert 'href="/sign-in?next=%2Fcampaigns"' in page.text
