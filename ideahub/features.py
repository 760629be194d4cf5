"""The features in their order: each builds on those before it and knows none after it.

Wiring, the tables' metadata and the shape test read this list; a new feature is a package and
one line here.
"""

from ideahub.accounts.feature import FEATURE as ACCOUNTS
from ideahub.campaigns.feature import FEATURE as CAMPAIGNS
from ideahub.campaigns.lacking import FURTHER_LACKS
from ideahub.campaigns.rounds import WHY_OPEN_TO_ALL
from ideahub.campaigns.taking_part import TAKEN_IN
from ideahub.campaigns.travelling import TRAVELS
from ideahub.conversation.feature import FEATURE as CONVERSATION
from ideahub.core.barring import BARS
from ideahub.core.calendar_dates import CALENDAR_DATES
from ideahub.core.criteria import CRITERIA, by_measure
from ideahub.core.db import Base
from ideahub.core.hidden_names import HIDDEN_NAMES
from ideahub.core.holding import BLANKS, CHANGES_HELD, HOLDS, REDACTS
from ideahub.core.outbox import WITHHOLDS
from ideahub.core.own_names import OWN_NAMES
from ideahub.core.telling import TELLS, by_kind
from ideahub.demo.feature import FEATURE as DEMO
from ideahub.desk.feature import FEATURE as DESK
from ideahub.entries.feature import FEATURE as ENTRIES
from ideahub.entries.files import MAY_READ_ENTRY
from ideahub.entries.outcomes import OUTCOMES, WHY_ENTRY_STAYS, WHY_NOT_JOIN
from ideahub.feature import Feature
from ideahub.following.feature import FEATURE as FOLLOWING
from ideahub.form_letters.feature import FEATURE as FORM_LETTERS
from ideahub.front.feature import FEATURE as FRONT
from ideahub.http.after_sign_out import AFTER_SIGN_OUT
from ideahub.ideas.feature import FEATURE as IDEAS
from ideahub.ideas.list_filters import FURTHER_CONDITIONS
from ideahub.importing.feature import FEATURE as IMPORTING
from ideahub.judging.feature import FEATURE as JUDGING
from ideahub.moderation.feature import FEATURE as MODERATION
from ideahub.notifications.feature import FEATURE as NOTIFICATIONS
from ideahub.openid_connect.feature import FEATURE as OPENID_CONNECT
from ideahub.organisations.feature import FEATURE as ORGANISATIONS
from ideahub.pipeline.feature import FEATURE as PIPELINE
from ideahub.public_voting.feature import FEATURE as PUBLIC_VOTING
from ideahub.questions.announcement_groups import GROUPS
from ideahub.questions.feature import FEATURE as QUESTIONS
from ideahub.responses.feature import FEATURE as RESPONSES
from ideahub.results.feature import FEATURE as RESULTS
from ideahub.safe_space.feature import FEATURE as SAFE_SPACE
from ideahub.sponsorship.feature import FEATURE as SPONSORSHIP
from ideahub.you_said.feature import FEATURE as YOU_SAID

FEATURES: tuple[Feature, ...] = (
    ORGANISATIONS,
    ACCOUNTS,
    OPENID_CONNECT,
    CAMPAIGNS,
    QUESTIONS,
    IDEAS,
    CONVERSATION,
    SPONSORSHIP,
    ENTRIES,
    JUDGING,
    RESULTS,
    PUBLIC_VOTING,
    PIPELINE,
    RESPONSES,
    MODERATION,
    SAFE_SPACE,
    FORM_LETTERS,
    DESK,
    FOLLOWING,
    NOTIFICATIONS,
    YOU_SAID,
    FRONT,
    IMPORTING,
    DEMO,
)
CRITERIA.update(by_measure(criterion for feature in FEATURES for criterion in feature.criteria))
for feature in FEATURES:
    FURTHER_CONDITIONS.update(feature.orders)
# Replaced as a whole, so that importing this twice adds nothing twice.
BARS[:] = [find for feature in FEATURES for find in feature.bars]
OWN_NAMES[:] = [ask for feature in FEATURES for ask in feature.own_names]
HIDDEN_NAMES[:] = [find for feature in FEATURES for find in feature.hidden_names]
HOLDS[:] = [hold for feature in FEATURES for hold in feature.holds]
REDACTS[:] = [redact for feature in FEATURES for redact in feature.redacts]
BLANKS[:] = [blank for feature in FEATURES for blank in feature.blanks]
CHANGES_HELD[:] = [hold for feature in FEATURES for hold in feature.changes_held]
WITHHOLDS[:] = [withhold for feature in FEATURES for withhold in feature.withholds]
TRAVELS[:] = [travel for feature in FEATURES for travel in feature.travels]
FURTHER_LACKS[:] = [lacks for feature in FEATURES for lacks in feature.lacks]
TAKEN_IN[:] = [count for feature in FEATURES for count in feature.taken_in]
CALENDAR_DATES[:] = [dates_of for feature in FEATURES for dates_of in feature.calendar_dates]
MAY_READ_ENTRY[:] = [may for feature in FEATURES for may in feature.entry_readers]
AFTER_SIGN_OUT[:] = [find for feature in FEATURES for find in feature.after_sign_out]
OUTCOMES[:] = [find for feature in FEATURES for find in feature.entry_outcomes]
WHY_ENTRY_STAYS[:] = [ask for feature in FEATURES for ask in feature.why_entries_stay]
WHY_OPEN_TO_ALL[:] = [ask for feature in FEATURES for ask in feature.why_open_to_all]
GROUPS[:] = [group for feature in FEATURES for group in feature.announcement_groups]
WHY_NOT_JOIN[:] = [ask for feature in FEATURES for ask in feature.why_not_join]
TELLS.clear()
TELLS.update(by_kind(feature.tells for feature in FEATURES))
# Every count that is stored beside the rows that it counts.
COUNTS = tuple(count for feature in FEATURES for count in feature.counts)
# Complete here: importing the features has imported every table.
metadata = Base.metadata
