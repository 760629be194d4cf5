"""The feature of accounts: signing in, joining, and one's own account."""

from ideahub.accounts.codes import forget_codes
from ideahub.accounts.live import ACTS, SHOWS
from ideahub.accounts.recognising import forget_old_browsers
from ideahub.accounts.web import ROUTES
from ideahub.feature import Feature

FEATURE = Feature(
    name="accounts",
    routes=ROUTES,
    shows=SHOWS,
    acts=ACTS,
    seldom=(forget_codes, forget_old_browsers),
)
