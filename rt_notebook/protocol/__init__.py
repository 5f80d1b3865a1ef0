"""The Realtime protocol without I/O: the catalog of events, the dialects, the conversation."""
