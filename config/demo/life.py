"""Pure. A month of invented life for the demonstration: same content, ``now`` and seed give the same plan.

The plan keeps to opening hours, territories and who is competent; playing it through the services is the
seeding command's work. Nothing in it is later than ``now``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from config.demo.content_types import Citizen, Content, Site, Topic
from config.demo.life_needs import THEME_WEIGHTS, Situation, may_take, plan_need
from config.demo.life_types import PlannedCall, PlannedContact, PlannedNeed, PlannedVisit
from grc.calendars import Calendar, from_dict
from grc.enums import Channel, Confidentiality

CHANNEL_WEIGHTS: Final = ((Channel.PHONE, 55), (Channel.COUNTER, 20), (Channel.WEB, 15), (Channel.SMS, 10))
_ENDINGS: Final = (("answered", 84), ("abandoned", 7), ("called_back", 6), ("voicemail", 3))
_CALLBACK_SHARES: Final = {"called_back": 1.0, "voicemail": 0.7, "abandoned": 0.5}
_AGES: Final = {"autonomie": (55, 120), "jeunesse": (16, 30), "enfance": (18, 46), "education": (25, 60)}
_DAY_WEIGHTS: Final = (13, 11, 10, 10, 10, 4, 1)
_LAST_RESORT: Final = 60
PARIS: Final = ZoneInfo("Europe/Paris")


@dataclass
class _World:
    content: Content
    postal_codes: dict[str, str]
    draw: Random
    now: datetime
    days: int
    site_openings: Mapping[str, Calendar]
    arrivals: Counter[tuple[str, date]] = field(default_factory=Counter)


def generate(
    content: Content,
    *,
    now: datetime,
    seed: int,
    contacts: int = 300,
    days: int = 30,
    postal_codes: dict[str, str] | None = None,
) -> list[PlannedContact]:
    """``contacts`` contacts over the ``days`` before ``now`` (aware), in the order of their start.

    ``postal_codes`` (INSEE -> postal code) fills what phone callers keyed; without it they skipped the step.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    draw = Random(seed)  # noqa: S311 - a plan to be repeated, not a secret
    openings = {site.code: from_dict(content.site_calendar(site)) for site in content.sites}
    world = _World(content, postal_codes or {}, draw, now.astimezone(PARIS), days, openings)
    moments = [_contact_slot(world) for _ in range(contacts)]
    moments.sort(key=lambda slot: slot[1])
    return [_contact(world, f"{seed}-{index:05d}", *slot) for index, slot in enumerate(moments, start=1)]


def _contact_slot(world: _World) -> tuple[Channel, datetime, Site | None]:
    draw = world.draw
    channel = draw.choices([code for code, _ in CHANNEL_WEIGHTS], [weight for _, weight in CHANNEL_WEIGHTS])[
        0
    ]
    if channel is Channel.COUNTER:
        for _ in range(_LAST_RESORT):
            # A town hall opens a few hours a week: counted once it would hardly be seen.
            weights = [
                1 if site.organisation == world.content.host.code else 4 for site in world.content.sites
            ]
            site = draw.choices(world.content.sites, weights)[0]
            moment = _visit_moment(world, site)
            if moment is not None:
                return channel, moment, site
        channel = Channel.WEB
    return channel, _moment(world, channel), None


def _moment(world: _World, channel: Channel) -> datetime:
    """A past moment: phone calls mostly in opening hours, the rest by day and in the evening."""
    hotline = world.content.openings["hotline"]
    after_hours = world.draw.random() < 0.04
    for _ in range(_LAST_RESORT):
        moment = _at(_day(world), world.draw.triangular(7, 22, 10.5))
        if moment > world.now - timedelta(minutes=20):
            continue
        if channel is not Channel.PHONE or hotline.is_open(moment) != after_hours:
            return moment
    return world.now - timedelta(hours=world.draw.randint(1, 24 * world.days - 1))


def _visit_moment(world: _World, site: Site) -> datetime | None:
    day = _day(world)
    calendar = world.site_openings[site.code]
    frames = [*calendar.plan(day).frames, *(f for stop in calendar.tours_on(day) for f in stop.frames)]
    if not frames:
        return None
    frame = world.draw.choice(frames)
    moment = _at(day, world.draw.uniform(frame.start, frame.start + 0.9 * (frame.end - frame.start)) / 60)
    earliest = world.now - timedelta(days=world.days)
    return moment if earliest <= moment <= world.now - timedelta(minutes=90) else None


def _day(world: _World) -> date:
    days = [world.now.date() - timedelta(days=offset) for offset in range(world.days)]
    return world.draw.choices(days, [_DAY_WEIGHTS[day.weekday()] for day in days])[0]


def _contact(
    world: _World, key: str, channel: Channel, started_at: datetime, site: Site | None
) -> PlannedContact:
    draw = world.draw
    topics = _topics(world, channel, site)
    anonymous = any(topic.sensitivity == Confidentiality.ANONYMOUS for topic in topics)
    citizen = None if anonymous or draw.random() < 0.12 else _citizen(world, topics[0], channel, site)
    sender = _sender(world, channel, citizen, anonymous=anonymous)
    if channel is Channel.PHONE and not world.content.openings["hotline"].is_open(started_at):
        closed = _call(world, topics[0], "", sender, "closed_hours")
        return _build(
            world,
            key=key,
            channel=channel,
            started_at=started_at,
            citizen=citizen,
            sender=sender,
            call=closed,
        )
    commune = _commune(world, citizen, site)
    agent = _first_agent(world, channel, site)
    ending = draw.choices([code for code, _ in _ENDINGS], [weight for _, weight in _ENDINGS])[0]
    met = channel is Channel.COUNTER or (channel is Channel.PHONE and ending == "answered")
    situation = Situation(
        content=world.content,
        draw=draw,
        now=world.now,
        started_at=started_at + timedelta(minutes=12),
        commune=commune,
        agent=agent,
        may_answer_now=met,
        may_write_back=bool(sender) and not anonymous,
        callback_share=_CALLBACK_SHARES.get(ending, 0.1) if channel is Channel.PHONE else 0.05,
    )
    needs = tuple(plan_need(situation, topic) for topic in (topics if met else topics[:1]))
    call = _call(world, topics[0], commune, sender, ending) if channel is Channel.PHONE else None
    return _build(
        world,
        key=key,
        channel=channel,
        started_at=started_at,
        citizen=citizen,
        sender=sender,
        agent=agent if met else "",
        needs=needs,
        call=call,
        visit=_visit(world, site, started_at) if site else None,
    )


def _build(
    world: _World,
    *,
    key: str,
    channel: Channel,
    started_at: datetime,
    citizen: Citizen | None,
    sender: str,
    agent: str = "",
    needs: tuple[PlannedNeed, ...] = (),
    call: PlannedCall | None = None,
    visit: PlannedVisit | None = None,
) -> PlannedContact:
    lasted = 0
    if call is not None:
        lasted = call.wait_seconds + call.talk_seconds
    if visit is not None:
        lasted = visit.wait_seconds + visit.served_seconds
    site = next((row for row in world.content.sites if visit and row.code == visit.site), None)
    return PlannedContact(
        key=key,
        channel=channel.value,
        organisation=site.organisation if site else world.content.host.code,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=lasted),
        citizen=citizen.code if citizen else "",
        sender=sender,
        agent=agent,
        language=citizen.language if citizen else "fr",
        difficulties=citizen.difficulties if citizen else (),
        needs=needs,
        call=call,
        visit=visit,
    )


def _topics(world: _World, channel: Channel, site: Site | None) -> list[Topic]:
    """One to three topics of one contact; a town hall hears about a town's matters."""
    draw, content = world.draw, world.content
    pool: Sequence[Topic] = content.topics
    if site is not None and site.organisation != content.host.code:
        pool = [topic for topic in pool if topic.competent == "commune"]
    count = draw.choices((1, 2, 3), (82, 15, 3))[0] if channel in (Channel.PHONE, Channel.COUNTER) else 1
    weights = [float(THEME_WEIGHTS[topic.theme]) for topic in pool]
    sizes = Counter(topic.theme for topic in pool)
    shares = [weight / sizes[topic.theme] for weight, topic in zip(weights, pool, strict=True)]
    return list({topic.code: topic for topic in draw.choices(pool, shares, k=count)}.values())


def _citizen(world: _World, topic: Topic, channel: Channel, site: Site | None) -> Citizen | None:
    low, high = _AGES.get(topic.theme, (16, 120))
    able = [person for person in world.content.citizens if _fits(world, person, channel, low, high)]
    if site is not None:
        zone = world.content.zone_of
        near = [p for p in able if zone.get(("mds", p.commune)) == zone.get(("mds", site.commune))]
        able = near or able
    return world.draw.choice(able) if able else None


def _fits(world: _World, person: Citizen, channel: Channel, low: int, high: int) -> bool:
    age = world.now.year - int(person.birth_date[:4]) if person.birth_date else 40
    if not low <= age <= high:
        return False
    if channel is Channel.SMS:
        return any(point.value.startswith("+336") for point in person.contact_points)
    return channel is Channel.COUNTER or any(point.kind == "phone" for point in person.contact_points)


def _sender(world: _World, channel: Channel, citizen: Citizen | None, *, anonymous: bool) -> str:
    """The number or address a contact came from; a hidden number and an anonymous visit give none."""
    draw = world.draw
    if channel is Channel.PHONE and draw.random() < (0.4 if anonymous else 0.05):
        return ""
    if channel in (Channel.WEB, Channel.COUNTER) and (anonymous or citizen is None):
        return ""
    if citizen is None:
        return f"+3363998{draw.randint(5000, 9999)}"
    kinds = ("email", "phone") if channel is Channel.WEB else ("phone",)
    values = [point.value for kind in kinds for point in citizen.contact_points if point.kind == kind]
    if channel is Channel.SMS:
        values = [value for value in values if value.startswith("+336")]
    return values[0] if values else ""


def _commune(world: _World, citizen: Citizen | None, site: Site | None) -> str:
    if citizen is not None and citizen.commune:
        return citizen.commune
    if site is not None:
        return site.commune
    people = [person.commune for person in world.content.citizens if person.commune]
    return world.draw.choice(people) if world.draw.random() < 0.8 else ""


def _first_agent(world: _World, channel: Channel, site: Site | None) -> str:
    code = site.organisation if site else world.content.host.code
    front = next(team for team in world.content.teams if team.fallback and team.organisation == code)
    members = [a.username for a in world.content.agents if front.code in a.teams and may_take(a, front)]
    return world.draw.choice(members) if channel in (Channel.PHONE, Channel.COUNTER) else ""


def _call(world: _World, topic: Topic, commune: str, sender: str, ending: str) -> PlannedCall:
    draw = world.draw
    theme = world.content.theme_by_code[topic.theme]
    closed = ending == "closed_hours"
    line = next(row for row in world.content.lines if row.real_hours)
    wait = 0 if closed else int(draw.expovariate(1 / 75)) + 5
    return PlannedCall(
        line=line.number,
        from_number=sender,
        menu_path=() if closed else (theme.group_key, theme.key),
        postal_code=world.postal_codes.get(commune, ""),
        ending=ending,
        wait_seconds=wait + 90 if ending == "abandoned" else wait,
        talk_seconds=draw.randint(70, 540) if ending == "answered" else 0,
        wrap_up_seconds=draw.randint(15, 90) if ending == "answered" else 0,
    )


def _visit(world: _World, site: Site, started_at: datetime) -> PlannedVisit:
    place = (site.code, started_at.date())
    world.arrivals[place] += 1
    wait = int(world.draw.expovariate(1 / 420))
    return PlannedVisit(site.code, world.arrivals[place], min(wait, 1500), world.draw.randint(180, 1200))


def _at(day: date, hour: float) -> datetime:
    whole = int(hour * 3600)
    clock = f"{whole // 3600:02d}:{whole % 3600 // 60:02d}"
    return _clock(day, clock) + timedelta(seconds=whole % 60)


def _clock(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}:00").replace(tzinfo=PARIS)
