"""An account that is there already is connected only by who has signed in to it as before."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.openid_connect.models import Identity, OpenIdProvider
from ideahub.organisations.models import Person
from tests.conftest import Browser
from tests.openid_connect.providers_of_tests import ADA, sign_in_there
from tests.support.cast import Cast


async def connected(db: AsyncSession) -> int:
    """How many identities there are."""
    return (await db.execute(select(func.count()).select_from(Identity))).scalar_one()


async def test_its_owner_signs_in_as_before_and_connects_it(
    visitor: Browser, provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    cast.ben.email = str(ADA["email"])
    await db.commit()
    answer = await sign_in_there(visitor, next_url="/campaigns")
    assert answer.headers["location"] == "/openid-connect/connection"
    page = (await visitor.get("/openid-connect/connection")).text
    assert "You have an account here already" in page
    assert "Sign in as before" in page
    assert await connected(db) == 0
    visitor.client.cookies.set("ideahub", await begin_session(db, cast.ben.id))
    await db.commit()
    assert "Connect them" in (await visitor.get("/openid-connect/connection")).text
    answer = await visitor.post("/openid-connect/connection")
    assert (answer.status_code, answer.headers["location"]) == (303, "/campaigns")
    known = (await db.scalars(select(Identity))).one()
    assert known.person_id == cast.ben.id
    assert (await sign_in_there(visitor)).headers["location"] == "/"


async def test_nobody_else_connects_it(
    visitor: Browser, provider: OpenIdProvider, cast: Cast, db: AsyncSession
) -> None:
    db.add(Person(name="Ada Lind", email=str(ADA["email"])))
    await db.commit()
    await sign_in_there(visitor)
    visitor.client.cookies.set("ideahub", await begin_session(db, cast.cem.id))
    await db.commit()
    answer = await visitor.post("/openid-connect/connection")
    assert answer.status_code == 409
    assert "signed in with another address" in answer.text
    assert await connected(db) == 0
