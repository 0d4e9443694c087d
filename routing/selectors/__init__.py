"""Reads of the routing."""
