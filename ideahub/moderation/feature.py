"""The feature of moderation: reports, held texts, decisions with reasons, and appeals."""

from ideahub.feature import Feature
from ideahub.moderation.holding import hold, notice

FEATURE = Feature(
    name="moderation",
    holds=(hold,),
    notices=(notice,),
)
