"""Core shared by the simulated FranceConnect and ProConnect issuers."""
