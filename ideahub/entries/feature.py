"""The feature of entries: custom forms, what people and teams send, receipts, and triage."""

from ideahub.entries.by_invitation import why_open_to_all
from ideahub.entries.lacking import form_lacks
from ideahub.entries.live import ROOMS, SHOWS
from ideahub.entries.telling import ENTRANTS, TELLS
from ideahub.entries.travelling import TRAVEL, count_begun
from ideahub.entries.web import ROUTES
from ideahub.entries.web.after_sign_in import AFTER_SIGN_IN
from ideahub.entries.web.own_card import OWN_PARTS
from ideahub.entries.web.parts import PARTS
from ideahub.feature import Feature

FEATURE = Feature(
    name="entries",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    travels=(TRAVEL,),
    lacks=(form_lacks,),
    taken_in=(count_begun,),
    tells=TELLS,
    why_open_to_all=(why_open_to_all,),
    announcement_groups=(ENTRANTS,),
)
