"""Filling an empty base with the demonstration: the content first, then a month of life played through the services."""
