"""Pure. Where each step of the plan of a voice script is drawn, in pixels: a tree from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grc.voice_script.differences import KIND_WORDS
from grc.voice_script.model import Node
from grc.voice_script.parsing import KINDS
from grc.voice_script.plan import ONWARDS, Stem

BOX_WIDTH, BOX_HEIGHT, MARK_HEIGHT = 184, 56, 30
COLUMN, GAP, MARGIN = BOX_WIDTH + 96, 14, 8
LETTERS_OF_TITLE, LETTERS_OF_LABEL = 24, 10
_NAMES = {cls: kind for kind, cls in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Box:
    """One rectangle. `shape`: step, again (a mark towards a step drawn elsewhere) or missing."""

    node: str
    shape: str
    kind: str
    kind_words: str
    title: str
    x: int
    y: int
    height: int
    text_lines: tuple[str, ...]

    @property
    def width(self) -> int:
        return BOX_WIDTH


@dataclass(frozen=True, slots=True)
class Line:
    """A link between two boxes: the path of an SVG, and its label with where it is written."""

    path: str
    label: str
    full_label: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass
class _Sheet:
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    bottom: int = MARGIN
    right: int = 0


def kind_of(node: Node) -> str:
    """« menu » for a menu: the word of the JSON."""
    return _NAMES[type(node)]


def draw(stems: Sequence[Stem]) -> Drawing:
    """The whole plan, one root under the other. No two boxes overlap."""
    sheet = _Sheet()
    for stem in stems:
        _place(sheet, stem, 0)
        sheet.bottom += GAP
    return Drawing(sheet.right + MARGIN, sheet.bottom, tuple(sheet.boxes), tuple(sheet.lines))


def _place(sheet: _Sheet, stem: Stem, depth: int) -> Box:
    x = MARGIN + depth * COLUMN
    top, rank = sheet.bottom, len(sheet.boxes)
    below = [_place(sheet, child, depth + 1) for child in stem.stems]
    height = BOX_HEIGHT if stem.node is not None and not stem.again else MARK_HEIGHT
    if below:
        # On the line of its first child: the call reads from the top left. Never above its own band.
        y = max(top, _middle(below[0]) - height // 2)
        sheet.bottom = max(sheet.bottom, y + height + GAP)
    else:
        y = sheet.bottom
        sheet.bottom += height + GAP
    box = _box(stem, x, y, height)
    # Before what follows it: the keyboard goes from step to step as the call does.
    sheet.boxes.insert(rank, box)
    sheet.right = max(sheet.right, x + BOX_WIDTH)
    for child, target in zip(stem.stems, below, strict=True):
        sheet.lines.append(_line(box, target, child.label))
    return box


def _middle(box: Box) -> int:
    return box.y + box.height // 2


def _box(stem: Stem, x: int, y: int, height: int) -> Box:
    title = (stem.node.title if stem.node else "") or stem.to
    kind = kind_of(stem.node) if stem.node else ""
    shape = "missing" if stem.node is None else "again" if stem.again else "step"
    lines = (_short(title, LETTERS_OF_TITLE),) if shape != "step" else _wrapped(title)
    return Box(stem.to, shape, kind, KIND_WORDS.get(kind, ""), title, x, y, height, lines)


def _line(start: Box, end: Box, label: str) -> Line:
    x1, y1, x2, y2 = start.x + BOX_WIDTH, _middle(start), end.x, _middle(end)
    bend = x1 + 22
    path = f"M{x1} {y1} C{bend} {y1} {x1 + 4} {y2} {bend + 4} {y2} L{x2} {y2}"
    # What goes on by itself needs no word.
    shown = "" if label == ONWARDS else _short(label, LETTERS_OF_LABEL)
    return Line(path, shown, label, bend + 8, y2 - 5)


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,") + "…"


def _wrapped(title: str) -> tuple[str, ...]:
    """At most two lines, cut between words."""
    first = ""
    words = title.split()
    while words and len(f"{first} {words[0]}".strip()) <= LETTERS_OF_TITLE:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return (_short(title, LETTERS_OF_TITLE),)
    return (first, _short(" ".join(words), LETTERS_OF_TITLE)) if words else (first,)
