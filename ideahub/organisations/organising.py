"""Rules for adding and changing organisations, and queries for those of an admin."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation, Person


class OrganisationView(msgspec.Struct, frozen=True):
    """An organisation in the tree.

    `staff` is how many people it has itself, `depth` how many organisations are above it in the
    list (0 at the top), `parent` the name of the one right above it.
    """

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
    """Adds an organisation below another, or at the top (None); does nothing where it is there.

    Raises Invalid for a parent that the viewer is no admin of, Forbidden where the viewer may not
    add one at the top or may not set mail domains, Conflict for a domain that another one has.
    """
    admin_id = await _must_look_after(db, viewer, parent_id)
    # The lock makes two presses of the button follow each other, so the second finds the first's.
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
    """Sets the name and mail domain.

    Raises NotFound where the viewer is no admin of the organisation, Forbidden where they may not
    set mail domains, Conflict for a domain that another organisation has.
    """
    organisation = await find_organisation(db, viewer, organisation_id)
    await _keep(db, viewer, organisation, name, mail_domain)


async def set_reviews(
    db: AsyncSession, viewer: Viewer, organisation_id: int, *, reviews: bool
) -> None:
    """Sets whether an admin looks at each draft of the organisation, and of all below it, before it
    is published. Raises NotFound where the viewer is no admin of the organisation."""
    organisation = await find_organisation(db, viewer, organisation_id, lock=True)
    if organisation.reviews_before_publishing == reviews:
        return
    organisation.reviews_before_publishing = reviews
    await record(db, Kind.ORGANISATION_CHANGED, viewer, subject=organisation, reviews=reviews)


async def find_organisation(
    db: AsyncSession, viewer: Viewer, organisation_id: int, *, lock: bool = False
) -> Organisation:
    """An organisation that the viewer is an admin of; raises NotFound. With `lock` its row is
    locked until the transaction ends."""
    query = select(Organisation).where(Organisation.id == organisation_id, LOOKED_AFTER)
    found: Organisation | None = await db.scalar(
        held(query, of=Organisation) if lock else query, viewer.bound
    )
    if found is None:
        raise NotFound
    return found


async def find_organisations(db: AsyncSession, viewer: Viewer) -> list[OrganisationView]:
    """The organisations that the viewer is an admin of, each after the one that it belongs to."""
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
    # A domain decides whose staff people are, so it concerns other organisations, too.
    if domain != (organisation.mail_domain or "") and not viewer.holds(Role.ADMIN, None):
        raise Forbidden(
            _("Mail domains are verified by an administrator of the whole site."),
            field="mail_domain",
        )
    try:
        # A savepoint: after the error the transaction is still needed to show the form.
        async with db.begin_nested():
            organisation.name = name
            organisation.mail_domain = domain or None
            db.add(organisation)
            await record(db, Kind.ORGANISATION_CHANGED, viewer, subject=organisation)
    except IntegrityError:
        raise Conflict(
            _("Another organisation has this mail domain already."), field="mail_domain"
        ) from None
