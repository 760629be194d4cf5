"""The rules of conduct: a campaign's own, else its organisation's, else those of the site."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import N_, _
from ideahub.core.locking import one_at_a_time
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import ConductVersion
from ideahub.organisations.models import Organisation

MOST_RULES = 20
# Of the site, until somebody writes others.
DEFAULT = (
    (
        "hate",
        N_("Hate or insult"),
        N_("Do not insult or threaten anyone, and do not stir up hate."),
    ),
    ("personal", N_("Personal data"), N_("Name no private people, addresses or numbers.")),
    ("off-topic", N_("Off topic"), N_("Keep to what is asked here.")),
    ("spam", N_("Spam or advertising"), N_("Do not advertise, and do not repeat yourself.")),
    ("unlawful", N_("Unlawful"), N_("Post nothing that the law forbids.")),
    ("other", N_("Something else"), N_("Whatever else makes it hard for others to take part.")),
)
# Whoever is harmed by these cannot wait.
URGENT = frozenset({"personal", "unlawful"})


class Rule(msgspec.Struct, frozen=True):
    """A rule of conduct; `key` stays the same when its words change."""

    key: str
    name: str
    text: str


class Conduct(msgspec.Struct, frozen=True):
    """The rules that hold somewhere. `version` is their number, 0 for those the site begins with;
    one of a campaign or an organisation is named where the rules are its own."""

    rules: Sequence[Rule]
    version: int = 0
    campaign_id: int | None = None
    organisation_id: int | None = None

    def rule(self, key: str) -> Rule | None:
        """The rule with this key, if there is one."""
        return next((rule for rule in self.rules if rule.key == key), None)


_campaign_id = bindparam("campaign_id", type_=BigInteger)
_above = (
    select(Organisation.id, Organisation.parent_id, literal_column("0").label("steps"))
    .where(Organisation.id == bindparam("organisation_id", type_=BigInteger))
    .cte("above", recursive=True)
)
_above = _above.union_all(
    select(Organisation.id, Organisation.parent_id, _above.c.steps + literal_column("1")).join(
        _above, Organisation.id == _above.c.parent_id
    )
)
_site = and_(ConductVersion.campaign_id.is_(None), ConductVersion.organisation_id.is_(None))
# The nearest first: the campaign's, its organisation's, those above it, the site's.
HOLDING = (
    select(
        ConductVersion.id,
        ConductVersion.rules,
        ConductVersion.campaign_id,
        ConductVersion.organisation_id,
    )
    .outerjoin(_above, _above.c.id == ConductVersion.organisation_id)
    .where(or_(ConductVersion.campaign_id == _campaign_id, _above.c.id.is_not(None), _site))
    .order_by(
        ConductVersion.campaign_id.is_(None), _above.c.steps.nulls_last(), ConductVersion.id.desc()
    )
    .limit(1)
)


async def conduct_of(
    db: AsyncSession, campaign_id: int | None, organisation_id: int | None
) -> Conduct:
    """The rules of conduct that hold in a campaign of this organisation, or with neither on the
    site, in the current language where nobody wrote others."""
    asked = {"campaign_id": campaign_id, "organisation_id": organisation_id}
    found = await rows_of(db, HOLDING, asked)
    if not found:
        return Conduct([Rule(key, _(name), _(text)) for key, name, text in DEFAULT])
    row = found[0]
    rules = [Rule(**rule) for rule in row.rules]
    return Conduct(rules, row.id, row.campaign_id, row.organisation_id)


async def write_conduct(
    db: AsyncSession,
    viewer: Viewer,
    rules: Sequence[Rule],
    *,
    campaign_id: int | None = None,
    organisation_id: int | None = None,
    note: str = "",
) -> None:
    """Adds a version of the rules of a campaign, an organisation or, with neither, the site; does
    nothing where they read like that already. The caller has checked that the viewer may.

    Raises Invalid without a rule, and for a rule without a name.
    """
    if not rules or not all(rule.name for rule in rules):
        raise Invalid(_("Name each rule; at least one is needed."), field="rules")
    await one_at_a_time(db, f"conduct {campaign_id} {organisation_id}")
    now = await conduct_of(db, campaign_id, organisation_id)
    own = (now.campaign_id, now.organisation_id) == (campaign_id, organisation_id)
    if now.version and own and list(now.rules) == list(rules):
        return
    version = ConductVersion(
        campaign_id=campaign_id,
        organisation_id=organisation_id,
        rules=[msgspec.to_builtins(rule) for rule in rules],
        note=note,
        written_by=viewer.person_id,
    )
    db.add(version)
    await db.flush()
    await record(db, Kind.CONDUCT_CHANGED, viewer, subject=Ref(ConductVersion, version.id))


def rule_key(name: str, taken: set[str]) -> str:
    """A key for a new rule with this name, which none of the others has."""
    start = "-".join(name.casefold().split())[: lengths.TAG - 4] or "rule"
    numbered = (f"{start}-{number}" for number in range(2, MOST_RULES + 2))
    return next(key for key in (start, *numbered) if key not in taken)
