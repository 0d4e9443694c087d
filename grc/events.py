"""Pure. Names and payloads of every event of the product: past tense, ids and codes only, never personal data.

A payload is JSON. ``dims`` is the set of dimensions of the figures: organisation, channel, topic, theme, zone, team,
site (codes, empty when unknown).
"""

from __future__ import annotations

from enum import StrEnum


class EventName(StrEnum):
    CONTACT_OPENED = "contact_opened"  # contact_id, dims, at
    CALL_ENDED = "call_ended"  # contact_id, call_id, disposition, wait_seconds, talk_seconds, dims, at
    CALL_QUEUED = "call_queued"  # contact_id, entry_id, dims, at
    CALL_ANSWERED = "call_answered"  # contact_id, entry_id, wait_seconds, dims, at
    CALL_OFFERED = "call_offered"  # offer_id, entry_id, contact_id, agent_id, kind, dims, at
    CALL_OFFER_ENDED = (
        "call_offer_ended"  # offer_id, entry_id, contact_id, agent_id, kind, outcome, seconds, dims, at
    )
    CALL_LEG_ENDED = "call_leg_ended"  # leg_id, contact_id, kind, end_reason, talk_seconds, dims, at
    CALL_RESUMED = "call_resumed"  # contact_id, agent_id, hold_seconds, dims, at
    CALL_TRANSFERRED = (
        "call_transferred"  # contact_id, agent_id, to (team, agent, number), warm (bool), dims, at
    )
    CALL_CHANGED = "call_changed"  # contact_id, agent_ids: what their screens show of the call changed
    CALL_WRAPPED_UP = "call_wrapped_up"  # contact_id, agent_id, wrap_up_seconds, handling_seconds, dims, at
    PRESENCE_CHANGED = (
        "presence_changed"  # agent_id, organisation_id, state, reason, seconds in the state before, at
    )
    RECORDING_KEPT = "recording_kept"  # recording_id, contact_id, ticket_id, at
    RECORDING_ERASED = "recording_erased"  # recording_id, contact_id, at
    MESSAGE_RECEIVED = "message_received"  # message_id, contact_id, ticket_id, dims, at
    MESSAGE_SENT = "message_sent"  # message_id, contact_id, ticket_id, dims, at
    INSTANT_ANSWER_GIVEN = "instant_answer_given"  # instant_answer_id, contact_id, dims, at
    CALLBACK_OWED = "callback_owed"  # callback_id, contact_id, ticket_id, dims, at
    CALLBACK_CLOSED = "callback_closed"  # callback_id, state, in_window, dims, at
    TICKET_OPENED = "ticket_opened"  # ticket_id, reference, dims, at
    TICKET_QUALIFIED = "ticket_qualified"  # ticket_id, reference, dims, at
    TICKET_ROUTED = "ticket_routed"  # ticket_id, reference, by (rule or person), from_team, dims, at
    TICKET_CLAIMED = "ticket_claimed"  # ticket_id, reference, agent_id, dims, at
    TICKET_RELEASED = "ticket_released"  # ticket_id, reference, dims, at
    TICKET_TRANSFERRED = "ticket_transferred"  # ticket_id, reference, from_team, dims, at
    TICKET_ANSWERED = "ticket_answered"  # ticket_id, reference, first (bool), seconds, dims, at
    TICKET_NOTED = "ticket_noted"  # ticket_id, reference, dims, at
    TICKET_PAUSED = "ticket_paused"  # ticket_id, reference, state, dims, at
    TICKET_RESUMED = "ticket_resumed"  # ticket_id, reference, dims, at
    TICKET_CLOSED = "ticket_closed"  # ticket_id, reference, outcome, seconds, late (bool), dims, at
    TICKET_REOPENED = "ticket_reopened"  # ticket_id, reference, dims, at
    VISIT_ARRIVED = "visit_arrived"  # contact_id, site, dims, at
    VISIT_CALLED = "visit_called"  # contact_id, site, wait_seconds, dims, at
    TOPIC_CHANGED = "topic_changed"  # topic (code), organisation_id, at
    VERSION_PUBLISHED = "version_published"  # kind, subject, number, organisation_id, at
    SEARCH_DONE = "search_done"  # engine, found (int), dims, at
