"""Carrying answers to providers."""
