"""The event log: every event of both directions, as data."""
