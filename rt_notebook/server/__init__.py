"""A Realtime server of our own: it hears, thinks and speaks without a key or a network."""
