"""The judges of a challenge, as people whom announcements can be made for."""

from typing import Any

from sqlalchemy import Select, select

from ideahub.core.events import Event
from ideahub.core.i18n import _, ngettext
from ideahub.core.telling import AnnouncementGroup
from ideahub.judging.models import Panel, PanelJudge


def judges(event: Event) -> Select[Any]:
    """Those who accepted to judge as the deed was done, and were not removed since."""
    return (
        select(PanelJudge.person_id)
        .join(Panel, Panel.id == PanelJudge.panel_id)
        .where(
            Panel.campaign_id == event.campaign_id,
            PanelJudge.accepted_at <= event.created_at,
            PanelJudge.removed_at.is_(None),
            PanelJudge.person_id.is_not(None),
        )
    )


JUDGES = AnnouncementGroup(
    "judges",
    lambda many: ngettext("Judges: %(num)s person", "Judges: %(num)s people", many),
    lambda: _("judges"),
    judges,
)
