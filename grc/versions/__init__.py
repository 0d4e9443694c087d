"""Pure. What differs between two versions of anything kept as JSON."""

from grc.versions.diff import Difference, differences

__all__ = ["Difference", "differences"]
