"""The widgets: what the notebook page shows of a session."""
