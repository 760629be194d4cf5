"""Telling people what happened."""

from ideahub.feature import Feature
from ideahub.notifications.digests import run_digests
from ideahub.notifications.folding import fold_old_mail
from ideahub.notifications.live import ROOMS, SHOWS
from ideahub.notifications.redacting import blank_told, redact_told
from ideahub.notifications.telling import run_telling
from ideahub.notifications.web.choosing import ROUTES as CHOOSING
from ideahub.notifications.web.notifications import ROUTES
from ideahub.notifications.web.parts import PARTS
from ideahub.notifications.web.proving_address import ROUTES as PROVING
from ideahub.notifications.web.unsubscribing import ROUTES as UNSUBSCRIBING
from ideahub.notifications.withholding import withhold_unseen

FEATURE = Feature(
    name="notifications",
    routes=[*ROUTES, *CHOOSING, *PROVING, *UNSUBSCRIBING],
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    runs=(run_telling, run_digests),
    seldom=(fold_old_mail,),
    redacts=(redact_told,),
    blanks=(blank_told,),
    withholds=(withhold_unseen,),
)
