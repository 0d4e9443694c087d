"""Pure. What a `<Gather>` makes of the keys and the speech it receives."""

from dataclasses import dataclass

from simulators.telephone.twiml import Verb


@dataclass(frozen=True)
class GatherSpec:
    """`timeout` in seconds, between two inputs; `num_digits` 0 = no limit."""

    dtmf: bool
    speech: bool
    num_digits: int
    finish_on_key: str
    timeout: float
    language: str
    hints: str
    action_on_empty: bool

    @classmethod
    def of(cls, verb: Verb) -> "GatherSpec":
        inputs = verb.get("input", "dtmf").split()
        return cls(
            dtmf="dtmf" in inputs,
            speech="speech" in inputs,
            num_digits=verb.number("numDigits", 0),
            finish_on_key=verb.get("finishOnKey", "#"),
            timeout=float(verb.number("timeout", 5)),
            language=verb.get("language", "en-US"),
            hints=verb.get("hints"),
            action_on_empty=verb.flag("actionOnEmptyResult"),
        )

    def as_json(self) -> dict[str, object]:
        return {
            "input": [name for name, on in (("dtmf", self.dtmf), ("speech", self.speech)) if on],
            "num_digits": self.num_digits or None,
            "finish_on_key": self.finish_on_key,
            "timeout": self.timeout,
            "language": self.language,
            "hints": self.hints,
        }


@dataclass
class Collector:
    """Keys pressed so far. `done` once the input is complete; `empty` when it ended with nothing."""

    spec: GatherSpec
    digits: str = ""
    said: str = ""
    done: bool = False

    def press(self, key: str) -> bool:
        """Take one key; False when it is not listened to (speech only, or the input is complete)."""
        if self.done or not self.spec.dtmf:
            return False
        if key == self.spec.finish_on_key:
            self.done = True
            return True
        self.digits += key
        self.done = bool(self.spec.num_digits) and len(self.digits) >= self.spec.num_digits
        return True

    def say(self, text: str) -> bool:
        """Take a sentence; False when speech is not listened to."""
        if self.done or not self.spec.speech or not text.strip():
            return False
        self.said = text.strip()
        self.done = True
        return True

    def time_out(self) -> None:
        self.done = True

    @property
    def empty(self) -> bool:
        return not (self.digits or self.said)

    def params(self) -> list[tuple[str, str]] | None:
        """What the action receives, or None when the document goes on to its next verb."""
        if self.said:
            return [("SpeechResult", self.said), ("Confidence", "0.9"), ("Language", self.spec.language)]
        if self.digits:
            finished = self.spec.finish_on_key if self.spec.finish_on_key else ""
            return [("Digits", self.digits), ("FinishedOnKey", finished)]
        return [("Digits", "")] if self.spec.action_on_empty else None
