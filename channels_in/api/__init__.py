"""The REST API: what other programs read and do, with a token, in the rights of an agent."""
