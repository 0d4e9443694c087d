"""Pure. The node that says where to go: the reception points nearest to the commune given, their hours, a text."""

from grc.voice_script.model import Input, SiteHeard, Sites
from grc.voice_script.questions import ask_again
from grc.voice_script.run import Run, wants_human, wants_repeat

SITES_SAID = 2
TEXT_KEY = "1"
NEXT_KEY = "2"


def sites_enter(run: Run, node: Sites) -> None:
    """Says them; a caller who showed a mobile is offered the address by text, except on a discreet topic."""
    run.tell(node.text, node.texts)
    sites = _sites(run)
    if not sites:
        run.phrase("sites_none")
        run.go(node.next)
        return
    for site in sites:
        run.phrase("site", name=site.name, address=site.address)
        run.say(site.hours)
    run.facts["sites"] = "1"
    sites_prompt(run)


def sites_prompt(run: Run) -> None:
    run.stage = "offer"
    if _may_text(run):
        run.phrase("site_text", key=TEXT_KEY)
    run.phrase("site_next", key=NEXT_KEY)
    run.say_human()
    run.ask_keys(1)


def sites_answer(run: Run, node: Sites, given: Input) -> None:
    if given.keys == TEXT_KEY and _may_text(run):
        run.effect("text_sites", {"sites": ",".join(site.code for site in _sites(run))}, result=True)
        run.stage = "texting"
    elif given.keys == NEXT_KEY:
        run.go(node.next)
    elif wants_human(given):
        run.to_human(announce=False)
    elif wants_repeat(given):
        run.go(node.id)
    elif ask_again(run, given, "wrong"):
        sites_prompt(run)


def sites_done(run: Run, node: Sites, given: Input) -> None:
    """Says that the text leaves, or why not, then goes on."""
    if given.values.get("sentence"):
        run.say(given.values["sentence"])
    else:
        run.phrase("site_texted")
    run.go(node.next)


def _sites(run: Run) -> list[SiteHeard]:
    return list(run.context.lookup.sites(run.facts.get("commune_code", "")))[:SITES_SAID]


def _may_text(run: Run) -> bool:
    return run.context.may_text and not run.facts.get("discretion")
