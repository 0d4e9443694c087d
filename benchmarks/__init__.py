"""Measured speed: ``make bench`` (docs/benchmarks.md says how to read the figures)."""
