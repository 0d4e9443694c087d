"""Faults of the REST API, asked for in advance: a request refused, never done, or done and its answer lost."""

from dataclasses import dataclass

KINDS = ("refused", "not_done", "done_unanswered")


@dataclass
class Fault:
    """`times` requests with this method (empty: any) whose path holds `path` meet it.

    refused: Twilio's error `code`, nothing done. not_done: the connection closes, nothing done. done_unanswered: it is
    done, then the connection closes. `seconds`: how long before that, in real time.
    """

    kind: str
    path: str = ""
    method: str = ""
    code: int = 20500
    seconds: float = 0.0
    times: int = 1

    def meets(self, method: str, path: str) -> bool:
        return self.times > 0 and self.path in path and self.method in {"", method}


class Faults:
    def __init__(self) -> None:
        self._asked: list[Fault] = []

    def ask(self, fault: Fault) -> None:
        self._asked.append(fault)

    def clear(self) -> None:
        self._asked.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that meets this request, counted; None when it goes as usual."""
        found = next((fault for fault in self._asked if fault.meets(method, path)), None)
        if found is not None:
            found.times -= 1
        return found
