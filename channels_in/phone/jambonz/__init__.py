"""Jambonz, a telephone platform that an authority may host itself, as a provider: JSON verbs over signed webhooks."""
