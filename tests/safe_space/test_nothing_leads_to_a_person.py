"""Nothing that is kept or shown beside an account leads to its chosen name, nor back."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.kept_forms import KeptForm
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from tests.accounts.test_proof import make_old
from tests.conftest import Browse
from tests.safe_space.space import make_safe_place, newest_voice
from tests.support.cast import Cast


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def test_what_waits_for_a_proof_or_for_signing_in(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem = await browse(cast.cem)
    own = f"/safe-space/{place.box.id}/own-name"
    await cem.post(own, {"name": "Otter"})
    await newest_voice(db)
    await make_old(db)
    sent_from = {"Referer": f"http://test{own}", "Sec-Fetch-Site": "same-origin"}
    removed = await cem.post(f"{own}/link/removal", headers=sent_from)
    assert removed.headers["location"].startswith("/proof")
    # The session has ended meanwhile, as the browser does not know.
    await cem.post("/sign-out")
    typed = {"title": "A quiet room", "body": "So.", "draft": f"safe-space-own-idea-{place.box.id}"}
    typed["drafter"] = str(cast.cem.id)
    await cem.post(f"{own}/ideas/new", typed, headers=sent_from)
    kept = (await db.scalars(select(KeptForm).order_by(KeptForm.id))).all()
    assert [form.path for form in kept] == [f"{own}/link/removal", f"{own}/ideas/new"]
    for form in kept:
        assert form.drafter == cast.cem.id
        assert "/names/" not in form.path + form.page
        assert "voice" not in form.fields
