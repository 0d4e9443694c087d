"""Pure. Forms as data: a definition, its default for each kind of topic, and the checking of what a person wrote."""

from grc.forms.default import default_definition
from grc.forms.definition import Choice, Field, FieldKind, FormDefinition, definition_parse
from grc.forms.pieces import ACCEPTED, PieceRefusedError, PieceType, piece_check, piece_name
from grc.forms.validation import Checked, Known, form_check

__all__ = [
    "ACCEPTED",
    "Checked",
    "Choice",
    "Field",
    "FieldKind",
    "FormDefinition",
    "Known",
    "PieceRefusedError",
    "PieceType",
    "default_definition",
    "definition_parse",
    "form_check",
    "piece_check",
    "piece_name",
]
