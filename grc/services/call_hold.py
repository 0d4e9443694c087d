"""One thing at a time happens to a call: its receipt taken, its place and itself locked, then read as they are now."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from grc import clock
from grc.selectors.telephony import CallNow, call_now
from grc.services.intake import Receipt, receipt_of
from grc.statements import rows_of

# Each part asks for the one before it: the receipt, then the place in the queue, then the call. An agent who takes a
# caller holds the place first too.
_HOLD: Final = """
WITH taken AS (
  INSERT INTO grc_inboundreceipt (provider, key, received_at, answer) VALUES (%s, %s, %s, %s::jsonb)
  ON CONFLICT (provider, key) DO NOTHING RETURNING id
), kept AS (
  INSERT INTO grc_rawpayload (at, provider, kind, key, body)
  SELECT %s, %s, %s, %s, %s::jsonb FROM taken WHERE %s
), place AS MATERIALIZED (
  SELECT q.id FROM grc_queueentry q
  WHERE q.call_id = (SELECT c.id FROM grc_call c WHERE c.provider = %s AND c.provider_id = %s)
    AND EXISTS (SELECT 1 FROM taken)
  FOR UPDATE
), held AS MATERIALIZED (
  SELECT c.id FROM grc_call c
  WHERE c.provider = %s AND c.provider_id = %s
    AND EXISTS (SELECT 1 FROM taken) AND (SELECT count(*) FROM place) >= 0
  FOR UPDATE
)
SELECT (SELECT id FROM taken), (SELECT id FROM held)
"""


def call_hold(
    *,
    provider: str,
    provider_id: str,
    key: str,
    kind: str = "",
    raw: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> tuple[Receipt, CallNow | None]:
    """The receipt of this request about a call (as ``receipt_take``), and the call locked until the commit.

    None for a call which is not ours, and for a repeat, which changes nothing. What is read comes by a statement of
    its own after the locks: whoever held them has committed by then.
    """
    now, known, kept = at or clock.now(), key[:200], json.dumps(raw or {})
    ours = [provider, provider_id]
    rows = rows_of(
        _HOLD,
        [
            *(provider, known, now, json.dumps(answer or {})),
            *(now, provider, kind, known, kept, raw is not None),
            *(*ours, *ours),
        ],
    )
    taken, held = rows[0]
    if taken is None:
        return receipt_of(provider=provider, key=known), None
    receipt = Receipt(int(taken), fresh=True, answer=answer or {})
    return receipt, call_now(provider=provider, provider_id=provider_id) if held is not None else None


_LOCK: Final = """
WITH place AS MATERIALIZED (
  SELECT q.id FROM grc_queueentry q
  WHERE q.call_id = (SELECT c.id FROM grc_call c WHERE c.provider = %s AND c.provider_id = %s)
  FOR UPDATE
)
SELECT c.id FROM grc_call c WHERE c.provider = %s AND c.provider_id = %s AND (SELECT count(*) FROM place) >= 0
FOR UPDATE
"""


def call_lock(*, provider: str, provider_id: str) -> CallNow | None:
    """The call, locked and read as :func:`call_hold` does; None when it is not ours."""
    ours = [provider, provider_id]
    if not rows_of(_LOCK, [*ours, *ours]):
        return None
    return call_now(provider=provider, provider_id=provider_id)
