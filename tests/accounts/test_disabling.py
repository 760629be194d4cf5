"""Disabling a person: out at once everywhere, and in by no way, until they are enabled again."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.disabling import disable_person
from ideahub.accounts.models import PersonDisabling
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict
from ideahub.organisations.granting import make_admin
from ideahub.organisations.models import Person
from ideahub.realtime.rooms import SIGNED_OUT
from tests.accounts.arriving import ADA, HOME, Arrive, an_idea, answer, ask, sign_in
from tests.accounts.test_passkeys import add, use
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, viewer_of
from tests.support.letters import newest_code, newest_letter
from tests.support.serving import closing, stage, two_processes
from tests.support.software_passkey import SoftwarePasskey

WHY = "Left the city."


async def disable(browser: Browser, person: Person, reason: str = WHY) -> int:
    """Disables somebody; how that is answered."""
    at = f"/people/{person.id}/disabling"
    return (await browser.post(at, {"reason": reason})).status_code


async def test_a_disabled_person_is_out_and_comes_in_by_no_way(
    owners: Cast, browse: Browse, arrive: Arrive, config: Config
) -> None:
    ada, ann = await browse(owners.ada), await browse(owners.ann)
    device = SoftwarePasskey("http://localhost:8000")
    await add(ada, device)
    waiting = await arrive(HOME)
    await ask(waiting)
    code = newest_code(config)
    assert await disable(ann, owners.ada) == 303
    assert (await ada.get("/account")).status_code == 303
    assert await sign_in(await arrive(HOME)) == 422
    assert await answer(waiting, code) == 422
    assert (await use(await arrive(HOME), device)).status_code == 422
    # Only the mail tells, which its owner reads.
    assert await ask(waiting) == 303
    assert "disabled by an administrator" in newest_letter(config)


async def test_they_are_answered_as_an_unknown_address_is(
    owners: Cast, browse: Browse, arrive: Arrive
) -> None:
    await disable(await browse(owners.ann), owners.ada)
    answers = []
    for email in (ADA, "nobody@mail.example"):
        browser = await arrive(HOME)
        sent = {"email": email, "password": "not the one", "how": "password"}
        told = await browser.post("/sign-in", sent)
        answers.append((told.status_code, told.text.replace(email, "…")))
    assert answers[0] == answers[1]


async def test_it_is_kept_with_its_reason_and_ends(
    owners: Cast, browse: Browse, arrive: Arrive, db: AsyncSession
) -> None:
    ann, at = await browse(owners.ann), f"/people/{owners.ada.id}"
    assert await disable(ann, owners.ada, "") == 422
    await disable(ann, owners.ada)
    assert await disable(ann, owners.ada, "Pressed twice") == 303
    page = (await ann.get(at)).text
    assert WHY in page
    assert "Disabled" in (await ann.get("/people")).text
    await ann.post(f"{at}/enabling")
    await ann.post(f"{at}/enabling")
    assert await sign_in(await arrive(HOME)) == 303
    row = (await db.scalars(select(PersonDisabling))).one()
    assert (row.reason, row.disabled_by, row.enabled_by) == (WHY, owners.ann.id, owners.ann.id)
    kinds = await db.scalars(select(Event.kind).where(Event.subject_id == owners.ada.id))
    assert {Kind.PERSON_DISABLED, Kind.PERSON_ENABLED} <= set(kinds)


async def test_what_they_wrote_stays(cast: Cast, browse: Browse, db: AsyncSession) -> None:
    idea = await an_idea(db, cast)
    await disable(await browse(cast.ann), cast.ada)
    page = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    assert "Ada Lind" in page


async def test_roles_do_not_count_meanwhile_and_stay_on_record(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    assert (await viewer_of(db, cast.mia)).can_manage
    await disable(ann, cast.mia)
    assert not (await viewer_of(db, cast.mia)).can_manage
    assert "Manager" in (await ann.get(f"/people/{cast.mia.id}")).text


async def test_only_admins_of_all_their_places_do_it_and_not_to_themselves(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    for person in (cast.ben, cast.mia, cast.mo):
        assert await disable(await browse(person), cast.ada) == 404
    assert (await (await browse(None)).post(f"/people/{cast.ada.id}/disabling")).status_code == 303
    ann = await browse(cast.ann)
    assert await disable(ann, cast.ann) == 409
    assert (await ann.post("/people/999999/disabling", {"reason": WHY})).status_code == 404
    # The city's own admin has not to do with one of the whole site.
    await make_admin(db, cast.ben.id)
    await db.commit()
    granted = {"role": "admin", "place": str(cast.city.id)}
    await ann.post(f"/people/{cast.sam.id}/roles", granted)
    assert await disable(await browse(cast.sam), cast.ben) == 403
    assert await disable(await browse(cast.sam), cast.mia) == 303


async def test_one_admin_is_left(cast: Cast, db: AsyncSession) -> None:
    await make_admin(db, cast.ben.id)
    ann, ben = await viewer_of(db, cast.ann), await viewer_of(db, cast.ben)
    await disable_person(db, ben, cast.ann.id, WHY)
    with pytest.raises(Conflict):
        await disable_person(db, ann, cast.ben.id, WHY)


async def test_sockets_close_at_once_in_every_process(committing: Database, config: Config) -> None:
    cast, idea = await stage(committing)
    async with two_processes(config, committing) as (here, elsewhere):
        secret = await here.sign_in(cast.ada)
        async with here.listen(f"idea:{idea}", cursor=await here.cursor(), secret=secret) as socket:
            await socket.ping()
            async with elsewhere.database.transaction() as db:
                admin = await viewer_of(db, cast.ann)
                await disable_person(db, admin, cast.ada.id, WHY)
            assert await closing(socket) == SIGNED_OUT
