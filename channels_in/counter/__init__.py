"""The walk-up side of the counters: what people see without a login."""
