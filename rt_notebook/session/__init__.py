"""The session: the kernel's end of the Realtime WebSocket."""
