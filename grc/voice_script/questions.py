"""Pure. The nodes that ask: menu, postal code, reference and code. Each has a prompt and an answer."""

import re

from grc.voice_script.model import Choice, Commune, Input, Menu, PostalCode, ReferenceStatus
from grc.voice_script.numbers import spoken_postal_code
from grc.voice_script.phrases import folded, speech_has, spoken_digits
from grc.voice_script.run import Run, wants_human, wants_repeat

COMMUNES_PER_PAGE = 6
NEXT_PAGE_KEY = "8"
OTHER_CODE_KEY = "9"


def ask_again(run: Run, given: Input, phrase: str) -> bool:
    """Handles a miss; True when the question must be said again."""
    if run.miss(given, phrase):
        return True
    run.to_human(announce=True)
    return False


# menu


def menu_prompt(run: Run, node: Menu) -> None:
    run.tell(node.text, node.texts)
    run.say_choices(node.choices)
    run.say_human()
    run.ask_keys(1, hints=tuple(word for choice in node.choices for word in choice.speech))


def menu_answer(run: Run, node: Menu, given: Input) -> None:
    choice = choice_heard(node.choices, given)
    if choice is not None:
        keep_choice(run, choice)
        run.go(choice.next)
    elif wants_human(given):
        run.to_human(announce=False)
    elif wants_repeat(given) or ask_again(run, given, "wrong"):
        menu_prompt(run, node)


def keep_choice(run: Run, choice: Choice) -> None:
    """Keeps what the choice says. Another theme forgets the topic and discretion of the one before."""
    if "theme" in choice.sets:
        run.facts.pop("topic", None)
        run.facts.pop("discretion", None)
    run.facts.update(choice.sets)


def choice_heard(choices: tuple[Choice, ...], given: Input) -> Choice | None:
    """The choice whose key was pressed, else the one with the longest words heard; None in doubt."""
    if given.keys:
        return next((choice for choice in choices if choice.key == given.keys), None)
    scored: list[tuple[int, Choice]] = []
    for choice in choices:
        heard = [
            word
            for word in (*choice.speech, choice.wording, *choice.wordings.values())
            if speech_has(given.speech, word)
        ]
        if heard:
            scored.append((max(len(folded(word)) for word in heard), choice))
    if not scored:
        # A key said aloud, alone: "deux", "le 2".
        digits = spoken_digits(given.speech)
        return next((choice for choice in choices if choice.key == digits), None)
    best = max(score for score, _ in scored)
    winners = [choice for score, choice in scored if score == best]
    return winners[0] if len(winners) == 1 else None


# postal code


def postal_code_prompt(run: Run, node: PostalCode) -> None:
    if not run.stage.startswith("choose:"):
        run.stage = "code"
        run.tell(node.text, node.texts)
        run.say_human(with_hash=True)
        run.ask_keys(5, finish="#")
        return
    page = _page(run)
    shown, more = _communes(run, page)
    run.phrase("commune_choice")
    for key, commune in enumerate(shown, start=1):
        run.phrase("choice", wording=commune.name, key=str(key))
    if more:
        run.phrase("commune_more")
    else:
        run.phrase("postal_again")
    run.say_human()
    run.ask_keys(1, hints=tuple(commune.name for commune in shown))


def postal_code_answer(run: Run, node: PostalCode, given: Input) -> None:
    if run.stage.startswith("choose:"):
        _commune_answer(run, node, given)
        return
    code = given.keys.rstrip("#") if given.keys else spoken_postal_code(given.speech)
    if re.fullmatch(r"[0-9]{5}", code):
        found = run.context.lookup.communes(code)
        if found:
            run.facts["postal_code"] = code
            if len(found) == 1:
                _keep_commune(run, node, found[0])
            else:
                run.stage, run.misses = "choose:0", 0
                postal_code_prompt(run, node)
            return
    if wants_human(given):
        run.to_human(announce=False)
    elif wants_repeat(given) or ask_again(run, given, "postal_unknown"):
        postal_code_prompt(run, node)


def _commune_answer(run: Run, node: PostalCode, given: Input) -> None:
    page = _page(run)
    shown, more = _communes(run, page)
    chosen = _commune_heard(run, shown, given)
    if chosen is not None:
        _keep_commune(run, node, chosen)
    elif wants_human(given):
        run.to_human(announce=False)
    elif more and given.keys == NEXT_PAGE_KEY:
        run.stage = f"choose:{page + 1}"
        postal_code_prompt(run, node)
    elif not more and given.keys == OTHER_CODE_KEY:
        run.stage = "code"
        postal_code_prompt(run, node)
    elif wants_repeat(given):
        # From the first page: the commune may have been missed there.
        run.stage = "choose:0"
        postal_code_prompt(run, node)
    elif ask_again(run, given, "wrong"):
        postal_code_prompt(run, node)


def _commune_heard(run: Run, shown: list[Commune], given: Input) -> Commune | None:
    if given.keys:
        return _at(shown, given.keys)
    found = run.context.lookup.communes(run.facts.get("postal_code", ""))
    named = [commune for commune in found if speech_has(given.speech, commune.name)]
    longest = max((len(commune.name) for commune in named), default=0)
    best = [commune for commune in named if len(commune.name) == longest]
    if len(best) == 1:
        return best[0]
    return _at(shown, spoken_digits(given.speech))


def _at(shown: list[Commune], key: str) -> Commune | None:
    return {str(number): commune for number, commune in enumerate(shown, start=1)}.get(key)


def _page(run: Run) -> int:
    number = run.stage.partition(":")[2]
    return int(number) if number.isdigit() else 0


def _communes(run: Run, page: int) -> tuple[list[Commune], bool]:
    found = list(run.context.lookup.communes(run.facts.get("postal_code", "")))
    start = page * COMMUNES_PER_PAGE
    return found[start : start + COMMUNES_PER_PAGE], len(found) > start + COMMUNES_PER_PAGE


def _keep_commune(run: Run, node: PostalCode, commune: Commune) -> None:
    run.facts["commune_code"], run.facts["commune_name"] = commune.code, commune.name
    run.phrase("commune_found", name=commune.name)
    run.go(node.next)


# status of a request


def reference_prompt(run: Run, node: ReferenceStatus) -> None:
    if run.stage == "code":
        run.phrase("ask_code")
        run.say_human(with_hash=True)
        run.ask_keys(6, finish="#", speech=False)
        return
    run.stage = "reference"
    run.tell(node.text, node.texts)
    run.say_human(with_hash=True)
    run.ask_keys(10, finish="#", speech=False)


def reference_answer(run: Run, node: ReferenceStatus, given: Input) -> None:
    digits = given.keys.rstrip("#")
    if run.stage == "code" and re.fullmatch(r"[0-9]{6}", digits):
        # The code goes out with the effect and is not kept in the state.
        run.stage = "checking"
        values = {"reference": run.facts.get("asked_reference", ""), "code": digits}
        run.effect("check_status", values, result=True)
        return
    valid = re.fullmatch(r"[0-9]{10}", digits) and run.context.lookup.reference_is_valid(digits)
    if run.stage == "reference" and valid:
        run.facts["asked_reference"], run.stage = digits, "code"
        reference_prompt(run, node)
        return
    if wants_human(given):
        run.to_human(announce=False)
    elif wants_repeat(given) or ask_again(
        run, given, "code_wrong" if run.stage == "code" else "reference_wrong"
    ):
        reference_prompt(run, node)


def reference_done(run: Run, node: ReferenceStatus, given: Input) -> None:
    outcome = given.values.get("outcome", "refused")
    sentence = given.values.get("sentence", "")
    if outcome == "found":
        run.say(sentence)
        run.go(node.next)
    elif outcome == "limited":
        run.say(sentence)
        run.to_human(announce=True)
    else:
        run.stage = "reference"
        run.misses += 1
        run.phrase("status_refused")
        if run.misses >= 3:
            run.to_human(announce=True)
        else:
            reference_prompt(run, node)
