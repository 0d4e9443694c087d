from enum import StrEnum

import pytest

from grc import enums
from grc.enums import LABELS, Channel, DeliveryState, Priority, TicketState, choices, delivery_advances, label

ALL_ENUMS = [
    value
    for value in vars(enums).values()
    if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
]


@pytest.mark.parametrize("enum", ALL_ENUMS)
def test_labels__every_code_has_one_and_no_other(enum: type[StrEnum]) -> None:
    assert list(LABELS[enum]) == [member.value for member in enum]
    assert all(LABELS[enum].values())


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Direction", "inbound outbound"),
        ("Channel", "phone sms email web counter letter video relay api"),
        ("Outcome", "answered right_opened oriented withdrawn duplicate unreachable no_follow_up"),
        (
            "Role",
            "reception instructor supervisor manager editor administrator site_lead elected auditor",
        ),
        ("CallbackState", "proposed owed dialling kept missed cancelled expired"),
        ("DeliveryState", "queued sent delivered undelivered failed unknown"),
        (
            "Theme",
            (
                "autonomie handicap logement insertion sante enfance famille jeunesse mobilite routes "
                "education etat_civil numerique autre_organisme"
            ),
        ),
        ("TicketState", "new open waiting_citizen waiting_partner scheduled resolved closed merged"),
        ("AccountKind", "resident agent client"),
        ("OrganisationKind", "host hosted partner"),
        ("Confidentiality", "normal discreet anonymous"),
        ("PresenceState", "offline available on_contact wrapping_up paused"),
        ("QueueEntryState", "waiting offered answered left called_back voicemail"),
    ],
)
def test_codes__are_those_of_the_contract(name: str, codes: str) -> None:
    assert [member.value for member in getattr(enums, name)] == codes.split()


def test_choices__gives_pairs_in_order() -> None:
    assert choices(Priority) == [
        ("urgent", "Urgente"),
        ("high", "Haute"),
        ("normal", "Normale"),
        ("low", "Basse"),
    ]


def test_label__speaks_french() -> None:
    assert label(Channel.EMAIL) == "Courriel"
    assert label(TicketState.NEW) == "À qualifier"


@pytest.mark.parametrize(
    ("current", "received", "expected"),
    [
        ("queued", "sent", True),
        ("queued", "delivered", True),
        ("queued", "unknown", True),
        ("unknown", "sent", True),
        ("unknown", "delivered", True),
        ("sent", "delivered", True),
        ("sent", "undelivered", True),
        ("sent", "failed", True),
        ("sent", "sent", False),
        ("sent", "queued", False),
        ("sent", "unknown", False),
        ("delivered", "sent", False),
        ("delivered", "undelivered", False),
        ("failed", "delivered", False),
        ("undelivered", "queued", False),
    ],
)
def test_delivery_advances__never_backwards(current: str, received: str, expected: bool) -> None:
    assert delivery_advances(DeliveryState(current), DeliveryState(received)) is expected
