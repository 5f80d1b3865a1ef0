"""A Realtime server and a page whose every sample is known, so that one too few or too many shows anywhere."""
