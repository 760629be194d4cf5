"""Organisations: adding them, naming them, and the mail domain that makes people their staff."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation, Person


class OrganisationView(msgspec.Struct, frozen=True):
    """An organisation in its tree: how deep, and with how many people of its own."""

    id: int
    name: str
    parent_id: int | None
    mail_domain: str | None
    staff: int
    depth: int = 0
    parent: str = ""


LOOKED_AFTER = viewer_holds(Role.ADMIN, Organisation.id)


async def add_organisation(
    db: AsyncSession, viewer: Viewer, name: str, parent_id: int | None, mail_domain: str
) -> None:
    """A new organisation below another, or at the top (None); sent again, nothing happens.

    Raises Invalid for a parent one does not look after, Forbidden, Conflict.
    """
    admin_id = await _must_look_after(db, viewer, parent_id)
    # Held until the end: two presses of one button follow each other, the second finds the first.
    await locked(db, Person, admin_id)
    columns = {"name": name, "parent_id": parent_id, "mail_domain": mail_domain or None}
    if await db.scalar(select(Organisation.id).filter_by(**columns).limit(1)) is None:
        await _keep(db, viewer, Organisation(parent_id=parent_id), name, mail_domain)


async def _must_look_after(db: AsyncSession, viewer: Viewer, parent_id: int | None) -> int:
    if parent_id is not None:
        asked = select(Organisation.id).where(Organisation.id == parent_id, LOOKED_AFTER)
        if await db.scalar(asked, viewer.bound) is None:
            raise Invalid(
                _("Choose one of the organisations that you look after."), field="parent_id"
            )
    return viewer.must_hold(Role.ADMIN, parent_id, field="parent_id")


async def change_organisation(
    db: AsyncSession, viewer: Viewer, organisation_id: int, name: str, mail_domain: str
) -> None:
    """Another name or mail domain; raises NotFound, Forbidden, Conflict."""
    organisation = await find_organisation(db, viewer, organisation_id)
    await _keep(db, viewer, organisation, name, mail_domain)


async def find_organisation(db: AsyncSession, viewer: Viewer, organisation_id: int) -> Organisation:
    """An organisation that the viewer administers; raises NotFound."""
    found: Organisation | None = await db.scalar(
        select(Organisation).where(Organisation.id == organisation_id, LOOKED_AFTER), viewer.bound
    )
    if found is None:
        raise NotFound
    return found


async def find_organisations(db: AsyncSession, viewer: Viewer) -> list[OrganisationView]:
    """The organisations that the viewer administers, each below the one it belongs to."""
    own_staff = Person.organisation_id == Organisation.id
    staff = select(func.count()).where(own_staff).scalar_subquery().label("staff")
    found = await db.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.parent_id,
            Organisation.mail_domain,
            staff,
        )
        .where(LOOKED_AFTER)
        .order_by(Organisation.name, Organisation.id),
        viewer.bound,
    )
    return _as_tree([OrganisationView(**row._mapping) for row in found])


def _as_tree(found: list[OrganisationView]) -> list[OrganisationView]:
    known = {organisation.id for organisation in found}
    below: dict[int | None, list[OrganisationView]] = defaultdict(list)
    for organisation in found:
        below[organisation.parent_id if organisation.parent_id in known else None].append(
            organisation
        )

    def walk(parent_id: int | None, depth: int, parent: str) -> Iterator[OrganisationView]:
        for organisation in below[parent_id]:
            yield msgspec.structs.replace(organisation, depth=depth, parent=parent)
            yield from walk(organisation.id, depth + 1, organisation.name)

    return list(walk(None, 0, ""))


async def _keep(
    db: AsyncSession, viewer: Viewer, organisation: Organisation, name: str, domain: str
) -> None:
    # A domain decides whose staff somebody is: that concerns the other organisations too.
    if domain != (organisation.mail_domain or "") and not viewer.holds(Role.ADMIN, None):
        raise Forbidden(
            _("Mail domains are verified by an administrator of the whole site."),
            field="mail_domain",
        )
    try:
        # A place to come back to: the refusal is shown in the form, within this transaction.
        async with db.begin_nested():
            organisation.name = name
            organisation.mail_domain = domain or None
            db.add(organisation)
    except IntegrityError:
        raise Conflict(
            _("Another organisation has this mail domain already."), field="mail_domain"
        ) from None
