"""What happened to how somebody signs in is told them at once, by one mail, whatever they chose."""

from sqlalchemy import select

from ideahub.accounts.editing import PasswordChange, set_password
from ideahub.accounts.passwords import hash_secret
from ideahub.accounts.recognising import Browser
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.core.telling import MessageKind
from ideahub.notifications.models import Rhythm
from ideahub.notifications.wishing import wish
from tests.notifications.test_telling import drain, told
from tests.support.cast import make_cast, viewer_of

OLD, NEW = "tramway orbit pickle lantern", "seven quiet herons by the lock"


async def test_a_changed_password_is_one_mail_also_for_who_wants_none(
    committing: Database, config: Config
) -> None:
    committing.serve(Site("https://ideas.example"), SiteKeys(config))
    async with committing.transaction() as db:
        cast = await make_cast(db)
        cast.ada.password_hash = await hash_secret(OLD)
        await wish(db, cast.ada.id, Rhythm.NEVER, about=MessageKind.OWN)
        ada = await viewer_of(db, cast.ada)
    await set_password(committing, ada, PasswordChange(NEW, OLD, "", True), Browser())
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == [("Ada Lind", "Your password was changed")]
        (mail,) = (await db.scalars(select(OutgoingMail))).all()
        assert (mail.to, mail.subject) == ("ada@mail.example", "Your password was changed")
        assert "a code by mail does as well" in mail.body.replace("\n", " ")
        # There is no link that would end such mail.
        assert "List-Unsubscribe" not in mail.headers
        assert "/mail-choices/" not in mail.body
        assert mail.headers["List-Id"] == "<account.ideas.example>"
