"""Pure. The node that sends a link by text: the form of the topic, or the request already open, to go on alone."""

from grc.voice_script.model import Input, Link
from grc.voice_script.run import QUEUE_FACTS, Run


def link_enter(run: Run, node: Link) -> None:
    """Only to a mobile that showed its number, and never on a topic that must leave no trace."""
    run.tell(node.text, node.texts)
    if not run.context.may_text or run.facts.get("discretion") == "anonymous":
        run.phrase("link_none")
        run.go(node.next)
        return
    run.stage = "linking"
    run.effect("text_link", run.kept(QUEUE_FACTS), result=True)


def link_done(run: Run, node: Link, given: Input) -> None:
    """Says that the text leaves, or why not, then goes on; who came from the waiting room has kept the place."""
    if given.values.get("sentence"):
        run.say(given.values["sentence"])
    else:
        run.phrase("link_sent")
    run.go(node.next)
