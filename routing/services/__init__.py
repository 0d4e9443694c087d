"""Use cases of the routing."""
