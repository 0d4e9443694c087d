"""Figures: definition, aggregate and selector of each, fed only by outbox events."""
