"""Admins configure providers, and none of them gets power by it that they do not have."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import Role
from ideahub.openid_connect.configuring import change_provider, settings_of
from ideahub.openid_connect.group_roles import add_group_role
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.web.forms import shown_settings
from tests.conftest import Browse
from tests.openid_connect.providers_of_tests import ADA, NUMBER, SECRET, sign_in_there
from tests.support.cast import Cast, make_person, viewer_of
from tests.support.letters import newest_code

NEW: dict[str, Any] = {
    "name": "Staff login",
    "issuer": "https://login.city.example/realms/staff",
    "client_id": "ideahub",
    "proves_itself_by": "private_key_jwt",
    "scopes": "openid email",
    "mail_domains": "city.example",
    "groups_claim": "groups",
}
ONE = f"/identity-providers/{NUMBER}"


async def test_an_admin_adds_one_and_gives_its_public_key(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ann = await browse(cast.ann)
    assert "No provider yet" in (await ann.get("/identity-providers")).text
    sent = {**NEW, "organisation_id": cast.city.id}
    for _press in range(2):
        answer = await ann.post("/identity-providers", sent)
        assert answer.status_code == 303, answer.text
    made = (await db.scalars(select(OpenIdProvider))).one()
    assert made.enabled_at is None
    assert "Staff login" not in (await (await browse(None)).get("/sign-in")).text
    page = (await ann.get(answer.headers["location"])).text
    assert f"/openid-connect/{made.id}/keys" in page
    (key,) = (await ann.get(f"/openid-connect/{made.id}/keys")).json()["keys"]
    assert (key["kty"], key["use"]) == ("RSA", "sig")
    assert "d" not in key
    pem = (await ann.get(f"/openid-connect/{made.id}/certificate")).text
    shown = load_pem_x509_certificate(pem.encode()).public_key()
    assert isinstance(shown, RSAPublicKey)
    assert RSAKey.import_key(shown).as_dict()["n"] == key["n"]
    assert pem == (await ann.get(f"/openid-connect/{made.id}/certificate")).text


async def test_who_is_no_admin_there_knows_nothing_of_it(
    browse: Browse, cast: Cast, provider: OpenIdProvider
) -> None:
    for who in (cast.ada, cast.mia, cast.zed):
        other = await browse(who)
        assert (await other.get("/identity-providers")).status_code == 404
        assert (await other.get(ONE)).status_code == 404
        assert (await other.post(f"{ONE}/secret", {"client_secret": "x"})).status_code == 404


async def test_the_secret_is_never_shown_and_a_wrong_one_is_noticed(
    browse: Browse, cast: Cast, provider: OpenIdProvider
) -> None:
    ann = await browse(cast.ann)
    assert SECRET not in (await ann.get(ONE)).text
    assert "It works" in (await ann.post(f"{ONE}/trial")).text
    await ann.post(f"{ONE}/secret", {"client_secret": "another one"})
    tried = (await ann.post(f"{ONE}/trial")).text
    assert "does not accept our client id with our secret" in tried
    assert "another one" not in tried


async def test_an_admin_of_an_organisation_gets_no_power_beyond_it(
    cast: Cast, provider: OpenIdProvider, db: AsyncSession
) -> None:
    local = await viewer_of(db, await make_person(db, "Lou Local", cast.city, Role.ADMIN))
    with pytest.raises(Forbidden):
        await add_group_role(db, local, provider, "Us", Role.ADMIN, None)
    with pytest.raises(Forbidden):
        await add_group_role(db, local, provider, "Us", Role.LEADER, cast.ministry.id)
    stored = settings_of(provider)
    stored.mail_domains.append("ministry.example")
    with pytest.raises(Forbidden, match="ministry"):
        await change_provider(db, local, provider, stored)
    stored.mail_domains.remove("ministry.example")
    ann = await viewer_of(db, cast.ann)
    await add_group_role(db, ann, provider, "Admins", Role.ADMIN, None)
    with pytest.raises(Forbidden, match="beyond your organisation"):
        await change_provider(db, local, provider, stored)


@pytest.mark.parametrize("changed", [{"issuer": "https://evil.example"}, {"client_id": "other"}])
async def test_a_secret_goes_to_nobody_else(
    browse: Browse,
    cast: Cast,
    provider: OpenIdProvider,
    db: AsyncSession,
    changed: dict[str, str],
) -> None:
    ann = await browse(cast.ann)
    stored = settings_of(provider)
    kept = {
        **shown_settings(stored),
        "mail_domains": "city.example",
        "tenants": "",
        "vouches": "",
        "leaves_out_no_groups": "",
    }
    renamed = await ann.post(ONE, {**kept, "name": "The city", "seen": ""})
    assert renamed.status_code == 303, renamed.text
    sealed = select(OpenIdProvider.sealed_secret)
    assert await db.scalar(sealed) is not None
    answer = await ann.post(ONE, {**kept, **changed, "seen": ""})
    assert "is forgotten" in (await ann.get(answer.headers["location"])).text
    assert await db.scalar(sealed) is None
    assert await db.scalar(select(OpenIdProvider.disabled_at)) is not None
    refused = await ann.post(f"{ONE}/availability", {"available": "yes"})
    assert "First enter the secret" in (await ann.get(refused.headers["location"])).text


async def test_once_it_is_not_offered_its_sessions_end_and_people_sign_in_another_way(
    browse: Browse, cast: Cast, provider: OpenIdProvider, config: Config, db: AsyncSession
) -> None:
    staff, other, ann = await browse(None), await browse(cast.ben), await browse(cast.ann)
    assert (await sign_in_there(staff)).status_code == 303
    for _press in range(2):
        await ann.post(f"{ONE}/availability", {"available": "no"})
    assert (await staff.get("/account")).status_code == 303
    assert (await other.get("/account")).status_code == 200
    assert provider.name not in (await staff.get("/sign-in")).text
    assert (await staff.post(f"/openid-connect/{NUMBER}/sign-ins")).status_code == 404
    # The same account, by a code.
    address = ADA["email"]
    await staff.post("/sign-in", {"email": address, "how": "code"})
    typed = {"email": address, "code": newest_code(config)}
    assert (await staff.post("/sign-in/code", typed)).status_code == 303
    assert "Ada Lind" in (await staff.get("/account")).text
