"""The page of the results: a table that says everything, and the same as charts."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any, Final

import pygal
from pygal.style import Style

STYLE: Final = Style(
    background="#ffffff",
    plot_background="#ffffff",
    colors=("#1f5f8b", "#d98324", "#7a4b94"),
    font_family="sans-serif",
    value_font_size=12,
    label_font_size=13,
    legend_font_size=14,
    title_font_size=17,
)
COLUMNS: Final = (
    ("median_ms", "médiane (ms)"),
    ("p95_ms", "95 % (ms)"),
    ("p99_ms", "99 % (ms)"),
    ("per_second", "par seconde"),
    ("statements", "requêtes SQL"),
    ("writes", "dont écritures"),
    ("floor_median_ms", "vue nue (ms)"),
    ("ratio", "rapport à la vue nue"),
    ("ratio_one_insert", "rapport à un INSERT"),
)
LABELS: Final = {
    "voice_webhook": "Appel : arrivée puis une touche",
    "sms_in": "SMS reçu, demande ouverte",
    "form_post": "Formulaire envoyé",
    "queue_page": "Page de la file",
    "ticket_page": "Page d'une demande",
    "claim": "Prise de la suivante",
    "search": "Recherche de fiches",
    "report": "Rapport de trente jours",
    "live_fanout": "Prise, jusqu'aux files ouvertes",
}
NOTES: Final = (
    "Huit connexions, une requête à la fois sur chacune ; le client tourne sur la même machine.",
    "La vue nue est servie par le même serveur, sans intergiciel ni gabarit, et fait autant de SELECT et d'INSERT.",
    "Produit et vues nues sont mesurés tour à tour dans le même passage.",
    "PostgreSQL attend le disque (fsync). Les tâches de fond ne tournent que pour la prise vue des files ouvertes.",
    "La vue nue de celle-ci est une publication directe dans Valkey, lue par autant d'abonnés.",
)
CSS: Final = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #bbb;padding:.4rem .6rem;"
    "text-align:right}th:first-child{text-align:left}svg{width:100%;height:auto}"
)


def french(value: float) -> str:
    return f"{value:,}".replace(",", "\u202f").replace(".", ",")


def chart(title: str, names: list[str], series: dict[str, list[float]]) -> str:
    bars = pygal.HorizontalBar(
        style=STYLE, title=title, legend_at_bottom=True, print_values=True, disable_xml_declaration=True,
        no_prefix=True, js=[], height=120 + 70 * len(names), value_formatter=french, show_x_guides=True,
    )  # fmt: skip
    bars.x_labels = names
    for label, values in series.items():
        bars.add(label, values)
    return str(bars.render(is_unicode=True))


def page_of(results: dict[str, Any], *, now: datetime) -> str:
    """A page that stands alone: no script, no address elsewhere."""
    scenarios: dict[str, dict[str, float]] = results["scenarios"]
    names = [LABELS.get(name, name) for name in scenarios]
    head = "".join(f'<th scope="col">{escape(label)}</th>' for _, label in COLUMNS)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f"<td>{french(figures[key])}</td>" for key, _ in COLUMNS)
        + "</tr>"
        for label, figures in zip(names, scenarios.values(), strict=True)
    )
    ordinary = [name for name in scenarios if name != "live_fanout"]
    charts = [
        chart(
            "Médiane en millisecondes",
            names,
            {
                "produit": [one["median_ms"] for one in scenarios.values()],
                "vue nue": [one["floor_median_ms"] for one in scenarios.values()],
            },
        ),
        chart(
            "Nombre par seconde",
            [LABELS.get(name, name) for name in ordinary],
            {"par seconde": [scenarios[name]["per_second"] for name in ordinary]},
        ),
    ]
    machine = ", ".join(f"{escape(key)} {escape(str(value))}" for key, value in results["machine"].items())
    notes = "".join(f"<li>{escape(note)}</li>" for note in NOTES)
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Vitesse mesurée</title>'
        f"<style>{CSS}</style></head><body><h1>Vitesse mesurée</h1>"
        f"<p>Le {now:%d/%m/%Y à %H:%M}, {results['tickets']} demandes dans la base. Machine : {machine}.</p>"
        f"<table><thead><tr><th scope='col'>Scénario</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"<ul>{notes}</ul>{''.join(charts)}</body></html>\n"
    )
