"""Questions to entrants that several templates have in common."""

from ideahub.campaigns.templates.outlines import FieldOutline
from ideahub.core.i18n import N_

MAY_BE_SHOWN = FieldOutline(
    kind="consent",
    key="shown",
    label=N_("You may show our entry here after it was judged."),
    in_blind=False,
)
NEEDED_TO_COPY = FieldOutline(
    kind="long_text",
    key="copying",
    label=N_("What does somebody need who wants to copy it?"),
)
