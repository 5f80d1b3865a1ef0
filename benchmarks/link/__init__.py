"""How long sound takes between kernel and page, over the relay and over the comm, in the same run."""
