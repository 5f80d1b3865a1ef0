"""Sound as data: PCM16, sample rates, files."""
