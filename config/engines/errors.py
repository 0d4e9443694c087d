"""Errors of the embedded engines; each message is a French sentence fit for the person who started them."""


class EnginesError(Exception):
    """The embedded engines cannot be started, stopped or read."""


class PortTaken(EnginesError):
    """The chosen port was taken between the choice and the start; another one is worth a try."""
