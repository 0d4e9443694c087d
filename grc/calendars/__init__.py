"""Pure. Office calendars: weekly hours, public holidays by zone, exceptions, itinerant tours."""

from grc.calendars.codec import from_dict, to_dict
from grc.calendars.frames import (
    WEEKDAYS,
    DateException,
    Frame,
    HolidayZone,
    TourStop,
    WeeklyHours,
    holiday_name,
    weekly_hours,
)
from grc.calendars.schedule import Calendar, DayPlan
from grc.calendars.text import day_text, frames_text, hours_text, moment_text, time_text, tour_text

__all__ = [
    "WEEKDAYS",
    "Calendar",
    "DateException",
    "DayPlan",
    "Frame",
    "HolidayZone",
    "TourStop",
    "WeeklyHours",
    "day_text",
    "frames_text",
    "from_dict",
    "holiday_name",
    "hours_text",
    "moment_text",
    "time_text",
    "to_dict",
    "tour_text",
    "weekly_hours",
]
