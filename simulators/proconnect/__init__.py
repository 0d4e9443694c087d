"""A simulated ProConnect issuer, for agents."""
