"""The feature of accounts: signing in, joining, and one's own account."""

from ideahub.accounts.codes import forget_codes
from ideahub.accounts.live import ACTS, SHOWS
from ideahub.accounts.passkey_challenges import forget_challenges
from ideahub.accounts.recognising import forget_old_browsers
from ideahub.accounts.second_factors import forget_halves
from ideahub.accounts.telling import TELLS
from ideahub.accounts.web import ROUTES
from ideahub.accounts.web.disabling import ON_PERSON
from ideahub.feature import Feature

FEATURE = Feature(
    name="accounts",
    routes=ROUTES,
    parts=(ON_PERSON,),
    shows=SHOWS,
    acts=ACTS,
    tells=TELLS,
    seldom=(forget_codes, forget_challenges, forget_halves, forget_old_browsers),
)
