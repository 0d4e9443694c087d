"""Reads of the core. A selector takes the actor: fetching is the permission test."""
