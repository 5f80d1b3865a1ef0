"""The built-in engines, each behind the entry point that a third party would use."""
