"""The report as a page shows it: a board of figures, tables whose parts add up, a chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pygal
from django.utils.translation import gettext as _
from pygal.style import Style

from agents_ui.presenters.periods import Period
from agents_ui.presenters.sheet import safe_cell
from grc.enums import LABELS, Channel, Theme
from grc.figures.catalogue import CATALOGUE, Figure, value_at
from grc.figures.report import labels_of_sites, labels_of_teams, labels_of_topics, labels_of_zones
from grc.french import french_duration
from grc.types import Actor

Report = Mapping[str, Any]
# The first things a manager looks for, before everything else.
HEADLINES: Final = (
    "contacts.received", "tickets.opened", "tickets.closed", "tickets.open_now", "tickets.late_now",
    "phone.service_level_percent", "callbacks.owed", "callbacks.kept_in_window",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One figure as it is written. ``trend``: against the days before, in words; empty when there is nothing to say."""

    figure: Figure
    text: str
    trend: str = ""


@dataclass(frozen=True)
class Table:
    """``rows``: label then numbers. ``total``: the figure the parts must add up to, None for a table of days."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[int, ...]
    total: int | None = None

    @property
    def adds_up(self) -> bool:
        return self.total is None or self.sums == (self.total,)


def shown(figure: Figure, report: Report) -> Shown:
    value = value_at(report, figure.path)
    if value is None:
        text = "–"
    elif figure.unit == "seconds":
        text = french_duration(value)
    elif figure.unit == "percent":
        text = f"{value:.1f}".replace(".", ",") + "\u202f%"
    else:
        text = f"{value:,}".replace(",", "\u202f")
    return Shown(figure, text)


def headlines(report: Report, before: Report) -> list[Shown]:
    """The first figures, each with its trend against ``before``, the report of as many days just before."""
    by_path = {figure.path: figure for group in CATALOGUE for figure in group.figures}
    return [
        replace(shown(by_path[path], report), trend=_trend(by_path[path], report, before))
        for path in HEADLINES
    ]


def _trend(figure: Figure, report: Report, before: Report) -> str:
    """« +12 (+8 %) », « stable », or in points for a share. What is true now has no trend over a period."""
    now, then = value_at(report, figure.path), value_at(before, figure.path)
    if now is None or then is None or figure.path.endswith("_now"):
        return ""
    gap = now - then
    if not gap:
        return _("stable")
    sign = "+" if gap > 0 else "−"
    if figure.unit == "percent":
        points = f"{abs(gap):.1f}".replace(".", ",")
        return _("%(gap)s points") % {"gap": f"{sign}{points}"}
    told = f"{sign}{abs(gap):,}".replace(",", "\u202f")
    share = f" ({sign}{round(100 * abs(gap) / then)}\u202f%)" if then else ""
    return told + share


def groups(report: Report) -> list[tuple[str, list[Shown]]]:
    """Every figure, by group, in the order of the catalogue."""
    return [(group.title, [shown(figure, report) for figure in group.figures]) for group in CATALOGUE]


def phone_sentence(report: Report) -> str:
    """« 12 appels reçus = 7 répondus + ... »: the parts the reader can add up."""
    phone = report["phone"]
    names = (
        ("answered", _("répondus")), ("abandoned", _("abandonnés")), ("self_served", _("servis par la voix")),
        ("redirected", _("renvoyés")), ("called_back", _("devenus rappels")), ("voicemail", _("messages vocaux")),
        ("closed_hours", _("hors horaires")), ("in_progress", _("en cours")),
    )  # fmt: skip
    parts = " + ".join(f"{phone[name]} {words}" for name, words in names)
    return _("%(offered)s appels reçus = %(parts)s.") % {"offered": phone["offered"], "parts": parts}


def tables(*, report: Report, actor: Actor, period: Period) -> list[Table]:
    """The breakdowns, then the days. ``sums`` is added from the rows, ``total`` is the figure of the board."""
    counters, contacts = report["counters"], report["contacts"]
    sites = labels_of_sites(actor=actor, codes=counters["by_site"])
    return [
        *_ticket_tables(report["tickets"], actor),
        _table(
            "contacts",
            (_("Contacts par canal"), _("Canal"), _("Contacts reçus")),
            contacts["by_channel"],
            LABELS[Channel],
            contacts["received"],
        ),
        _table(
            "lieux",
            (_("Visites par lieu d’accueil"), _("Lieu"), _("Visites")),
            counters["by_site"],
            sites,
            counters["arrivals"],
        ),
        days_table(report=report, period=period),
    ]


def _ticket_tables(tickets: Mapping[str, Any], actor: Actor) -> list[Table]:
    topics = labels_of_topics(actor=actor, codes=tickets["by_topic"])
    themes = {**labels_of_topics(actor=actor, codes=tickets["by_theme"]), **LABELS[Theme]}
    zones = labels_of_zones(actor=actor, codes=tickets["by_zone"])
    teams = labels_of_teams(actor=actor, codes=tickets["by_team"])
    opened, oriented = _("Demandes reçues"), _("Demandes orientées")
    return [
        _table(
            "canaux",
            (_("Demandes par canal"), _("Canal"), opened),
            tickets["by_channel"],
            LABELS[Channel],
            tickets["opened"],
        ),
        _table(
            "themes",
            (_("Demandes par thème"), _("Thème"), opened),
            tickets["by_theme"],
            themes,
            tickets["opened"],
        ),
        _table(
            "sujets",
            (_("Demandes par sujet"), _("Sujet"), opened),
            tickets["by_topic"],
            topics,
            tickets["opened"],
        ),
        _table(
            "territoires",
            (_("Demandes par territoire"), _("Territoire"), oriented),
            tickets["by_zone"],
            zones,
            tickets["oriented"],
        ),
        _table(
            "equipes",
            (_("Demandes par équipe"), _("Équipe"), oriented),
            tickets["by_team"],
            teams,
            tickets["oriented"],
        ),
    ]


def _table(
    key: str, words: tuple[str, str, str], counts: Mapping[str, int], labels: Mapping[str, str], total: int
) -> Table:
    """``words``: title of the table, of its first column, of its numbers."""
    title, dimension, figure = words
    rows = tuple(
        (labels.get(code, code) if code else _("Non précisé"), str(count)) for code, count in counts.items()
    )
    return Table(key, title, (dimension, figure), rows, (sum(counts.values()),), total)


DAILY: Final = ("contacts", "tickets_opened", "tickets_closed", "calls_offered", "calls_answered")


def _by_day(report: Report) -> dict[str, Mapping[str, int]]:
    return {row["day"]: row for row in report["days"]}


def days_table(*, report: Report, period: Period) -> Table:
    """One line per day of the period, days without anything too."""
    found = _by_day(report)
    lines = [
        (day, [int(found.get(day.isoformat(), {}).get(name, 0)) for name in DAILY]) for day in period.days()
    ]
    head = (
        _("Jour"),
        _("Contacts"),
        _("Demandes reçues"),
        _("Demandes closes"),
        _("Appels reçus"),
        _("Appels répondus"),
    )
    return Table(
        "jours",
        _("Jour par jour"),
        head,
        tuple((f"{day:%d/%m/%Y}", *[str(number) for number in numbers]) for day, numbers in lines),
        tuple(sum(numbers[place] for _day, numbers in lines) for place in range(len(DAILY))),
    )


def table_csv(table: Table) -> str:
    """For a French spreadsheet: UTF-8 with its mark, semicolons, no cell that would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in table.head])
    writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
    writer.writerow([_("Total"), *[str(number) for number in table.sums]])
    return "\ufeff" + out.getvalue()


_STYLE: Final = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#172026", foreground_strong="#172026",
    foreground_subtle="#5f6d77", colors=("#17495a", "#d9822b"), opacity="1", opacity_hover="1", transition="0s",
    font_family="system-ui, 'DejaVu Sans', Arial, sans-serif", label_font_size=13, major_label_font_size=13,
    legend_font_size=14, tooltip_font_size=13, guide_stroke_color="#c9d1d7", major_guide_stroke_color="#c9d1d7",
)  # fmt: skip


def chart_svg(*, report: Report, period: Period, narrow: bool = False) -> bytes:
    """Requests received and closed per day, as an SVG without script; the same numbers as the table of days.

    ``narrow``: drawn for a telephone, where the words of the wide one would be too small to read.
    """
    found, days = _by_day(report), period.days()
    width, height = (400, 300) if narrow else (960, 320)
    chart = pygal.Bar(
        style=_STYLE, js=(), width=width, height=height, legend_at_bottom=True, legend_at_bottom_columns=2,
        show_minor_x_labels=False, margin=10, spacing=8, pretty_print=False, include_x_axis=True, no_data_text="",
        value_formatter=lambda number: f"{number:.0f}", rounded_bars=1, disable_xml_declaration=True,
    )  # fmt: skip
    chart.add_xml_filter(_without_script)
    chart.x_labels = [f"{day:%d/%m}" for day in days]
    chart.x_labels_major = _major_labels(days, most=5 if narrow else 12)
    for title, name in ((_("Demandes reçues"), "tickets_opened"), (_("Demandes closes"), "tickets_closed")):
        chart.add(title, [int(found.get(day.isoformat(), {}).get(name, 0)) for day in days])
    highest = max(
        (max(row.get("tickets_opened", 0), row.get("tickets_closed", 0)) for row in found.values()), default=0
    )
    if highest <= 10:
        chart.y_labels = list(range(max(highest, 1) + 1))
    return str(chart.render()).encode()


def _without_script(root: Any) -> Any:
    """The library writes a script even when it is told of none."""
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == "script"]:
            parent.remove(child)
    return root


def _major_labels(days: list[date], *, most: int) -> list[str]:
    """The dates written under the axis, ``most`` at most."""
    step = max(1, -(-len(days) // most))
    return [f"{day:%d/%m}" for day in days[::step]]
