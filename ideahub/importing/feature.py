"""Importing what other platforms export; used by the command line."""

from ideahub.feature import Feature

FEATURE = Feature(name="importing")
