"""Template filters for French dates, durations, phone numbers and punctuation (rules in ``grc.french``)."""

from datetime import date, datetime, timedelta

from django import template
from django.template.defaultfilters import stringfilter
from django.utils import timezone

from grc import french, references

register = template.Library()


@register.filter(expects_localtime=True)
def french_date(value: date | datetime | None) -> str:
    """ "mardi 24 novembre 2026 à 14 h 05"; nothing for an empty value."""
    return french.french_date(value) if value else ""


@register.filter(expects_localtime=True)
def french_day(value: date | datetime | None) -> str:
    """ "mardi 24 novembre 2026", the hour left out."""
    if not value:
        return ""
    return french.french_date(value.date() if isinstance(value, datetime) else value)


@register.filter(expects_localtime=True)
def french_time(value: datetime | None) -> str:
    """ "14 h 05"."""
    return french.french_time(value) if value else ""


@register.filter
def french_duration(value: timedelta | float | None) -> str:
    """ "2 h 30", "3 jours", from a timedelta or a number of seconds."""
    return "" if value is None else french.french_duration(value)


@register.filter
def age(value: datetime | None) -> str:
    """ "il y a 3 min" at the moment the page is rendered; the console keeps it fresh."""
    return french.age(value, now=timezone.now()) if value else ""


@register.filter
def since(value: datetime | None) -> str:
    """ "depuis 3 min", "depuis un instant": how long something has lasted."""
    return french.since(value, now=timezone.now()) if value else ""


@register.filter
def time_left(due: datetime | None) -> str:
    """ "il reste 2 h 30" or "en retard de 3 jours"."""
    return french.time_left(due, now=timezone.now()) if due else ""


@register.filter
@stringfilter
def phone(value: str) -> str:
    """ "03 21 21 62 16"."""
    return french.phone(value)


@register.filter
@stringfilter
def phone_link(value: str) -> str:
    """ "tel:+33321216216", for the address of a link."""
    return french.phone_link(value)


@register.filter(is_safe=True)
@stringfilter
def nbsp(value: str) -> str:
    """French no-break spaces around high punctuation and guillemets."""
    return french.typographic(value)


@register.filter
@stringfilter
def reference(value: str) -> str:
    """ "481 902 7735": the number of a request, with no-break spaces."""
    return references.display(value)
