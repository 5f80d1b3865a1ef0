"""The built-in engines, each behind the entry point that a third party would use."""

import os

# onnxruntime, which two of them load, would report its use over the network and keep an id of this machine for that.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
