"""A simulated FranceConnect v2 issuer ("low", eidas1)."""
