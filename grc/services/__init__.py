"""Use cases of the core: one verb, one function."""
