"""Mail addresses and domains, however they are typed: one account each, and never another's."""

from email import message_from_bytes
from email.policy import default as policy

import idna
import pytest
from aiosmtplib.email import extract_recipients
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.mailing import compose, kept_mail
from ideahub.core.refusals import Invalid
from ideahub.organisations.addresses import (
    clean_address,
    clean_domain,
    domain_of,
    staff_organisation,
)
from ideahub.organisations.models import Organisation, Person
from tests.accounts.arriving import answer, ask
from tests.conftest import Browse
from tests.support.cast import add
from tests.support.letters import newest_code

TYPED = {
    "Nora.Szoke@Lindenau.Example": "Nora.Szoke@lindenau.example",
    " nora.szoke@lindenau.example\u00a0": "nora.szoke@lindenau.example",
    "nora+ideas@lindenau.example": "nora+ideas@lindenau.example",
    "o'brien@lindenau.example": "o'brien@lindenau.example",
    "nora@sub.lindenau.example": "nora@sub.lindenau.example",
    "nora@bücher.example": "nora@xn--bcher-kva.example",
    "nora@BU\u0308CHER.example": "nora@xn--bcher-kva.example",
    "nora@xn--bcher-kva.example": "nora@xn--bcher-kva.example",
    "nora@straße.example": "nora@xn--strae-oqa.example",
    "nora@STRAẞE.example": "nora@xn--strae-oqa.example",
    "nora@strasse.example": "nora@strasse.example",
    "nora@βόλος.example": "nora@xn--nxasmm1c.example",
    "nora@βόλοσ.example": "nora@xn--nxasmq6b.example",
    "nora@lindenau\u3002example": "nora@lindenau.example",
    "nora@mail.local": "nora@mail.local",
    "nora@city.test": "nora@city.test",
    "nora@city.localhost": "nora@city.localhost",
}

NONE = {
    "Enter a mail address, such as name@city.example.": (
        "nora.szoke@lindenau.example.",
        "Nora Szőke <nora.szoke@lindenau.example>",
        '"Nora" <nora.szoke@lindenau.example>',
        "mailto:nora.szoke@lindenau.example",
        "nora.szoke@lindenau.example; tim@lindenau.example",
        '"nora szoke"@lindenau.example',
        '"nora"@lindenau.example',
        "nora@[192.0.2.1]",
        "nora@192.0.2.1",
        "nora@city.onion",
        "nora@1.xn--4dbc.example",
        "nora@xn--a.example",
        "\u0338nora@lindenau.example",
        "nora@" + "é." * 60 + "example",
    ),
    "We can write only to addresses with plain letters before the @.": (
        "nörá@lindenau.example",
        # A sign of its own that becomes a plain K when it is composed.
        "\u212aora@lindenau.example",
    ),
    "There is an invisible character in this address.": (
        "nora\u200b@lindenau.example",
        "nora@linde\u00adnau.example",
        "nora@\u202elindenau.example",
        "nora@lindenau.example\r\nBcc: tim@lindenau.example",
        "nora\ud800@lindenau.example",
    ),
    "This address is too long for mail servers.": ("a" * 250 + "@b.example",),
}


@pytest.mark.parametrize(("typed", "meant"), TYPED.items())
def test_an_address_is_written_in_one_way(typed: str, meant: str) -> None:
    assert clean_address(typed) == meant
    assert clean_domain(typed.rpartition("@")[2]) == domain_of(meant)


@pytest.mark.parametrize(
    ("typed", "sentence"), [(typed, why) for why, several in NONE.items() for typed in several]
)
def test_what_cannot_be_written_to_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_address(typed)
    assert refused.value.reason.startswith(sentence)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example",
        "me@city.example",
        "[192.0.2.1]",
        "192.0.2.1",
        "city.example.",
        "-city.example",
        "city..example",
        '"b"@city.example',
        "<city.example>",
        "x>.example",
        "a b.example",
    ],
)
def test_what_is_no_mail_domain_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Enter a domain, such as"):
        clean_domain(typed)


# What people write, what it must not be taken for, and what always stays as it is.
_ALIKE = [("ß", "ss"), ("ς", "σ"), ("ı", "i"), ("é", "e"), ("ö", "oe"), ("о", "o"), ("a", "a")]
_PICKS = st.lists(st.tuples(st.sampled_from(_ALIKE), st.booleans(), st.booleans()), min_size=1)


def _label(pieces: list[str]) -> str:
    """A label that registries take; other words are not tried."""
    label = "".join(pieces)
    try:
        assume(idna.ulabel(idna.alabel(label)) == label)
    except idna.IDNAError:
        assume(False)
    return label


@given(_PICKS)
@example([(("ß", "ss"), True, False)])
def test_two_domains_that_look_alike_stay_two(
    picks: list[tuple[tuple[str, str], bool, bool]],
) -> None:
    one = _label([alike[first] for alike, first, _second in picks])
    other = _label([alike[second] for alike, _first, second in picks])
    cleaned = clean_domain(f"{one}.example"), clean_domain(f"{other}.example")
    assert (cleaned[0] == cleaned[1]) == (one == other)


@given(st.text(st.characters(categories=["Ll", "Lo", "Nd", "Mn"]), min_size=1, max_size=12))
def test_a_domain_that_can_be_registered_is_taken_for_itself(word: str) -> None:
    label = _label([word])
    try:
        cleaned = clean_domain(f"{label}.example")
    except Invalid:
        return
    assert idna.decode(cleaned) == f"{label}.example"


_LOCALS = st.text("abzAZ09.!#$%&'*+-/=?^_`{|}~\"\\(),:;<>@[] ñ\u0301\u200b", max_size=12)
_DOMAINS = st.lists(st.text("abZ09-é ßä漢ⅷ．。@[]\u0301\u00ad\u0660א", max_size=8), max_size=4)
_TYPED = st.one_of(
    st.emails(),
    st.text(),
    st.builds(lambda local, labels: f"{local}@{'.'.join(labels)}", _LOCALS, _DOMAINS),
)


@given(_TYPED)
@example("a@b.example")
def test_whatever_is_accepted_is_stable_and_gets_the_mail(typed: str) -> None:
    try:
        address = clean_address(typed)
    except Invalid:
        return
    assert clean_address(address) == address
    assert address.isascii() and len(address) <= 254
    assert clean_domain(domain_of(address)) == domain_of(address)
    message = compose("IdeaHub <ideahub@localhost>", address, "Hello", "Text")
    assert extract_recipients(message) == [address]
    assert message_from_bytes(message.as_bytes(), policy=policy)["To"] == address


@given(st.text())
@example("city.example")
def test_a_domain_is_the_one_of_its_addresses(typed: str) -> None:
    try:
        domain = clean_domain(typed)
    except Invalid:
        return
    assert clean_domain(domain) == domain
    assert clean_address(f"nora@{typed.strip()}") == f"nora@{domain}"


async def test_each_way_to_type_an_address_leads_to_the_same_account(
    browse: Browse, config: Config, db: AsyncSession
) -> None:
    browser = await browse(None)
    await ask(browser, "nora+ideas@bücher.example")
    await answer(browser, newest_code(config), "nora+ideas@bücher.example")
    assert (
        await browser.post("/joining/name", {"name": "Nora", "named": "yes"})
    ).status_code == 303
    [email] = await db.scalars(select(Person.email))
    assert email == "nora+ideas@xn--bcher-kva.example"
    again = await browse(None)
    for typed in ("Nora+Ideas@BÜCHER.example", " nora+ideas@xn--bcher-kva.example "):
        assert await ask(again, typed) == 303
        assert f"to: {email}" in kept_mail(config)[0].read_text().lower()
        assert await answer(again, newest_code(config), typed) == 303
    assert await db.scalar(select(func.count()).select_from(Person)) == 1


async def test_a_sharp_s_makes_nobody_the_staff_of_another_organisation(db: AsyncSession) -> None:
    sharp = await add(db, Organisation(name="Straße", mail_domain=clean_domain("straße.example")))
    plain = await add(db, Organisation(name="Strasse", mail_domain=clean_domain("strasse.example")))
    for domain, organisation in (
        ("straße.example", sharp),
        ("bau.STRAẞE.example", sharp),
        ("strasse.example", plain),
        ("notstrasse.example", None),
        ("strasse.example.evil.example", None),
    ):
        assert await staff_organisation(db, clean_address(f"nora@{domain}")) is organisation
