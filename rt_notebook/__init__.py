"""OpenAI's Realtime API inside a Jupyter notebook."""
