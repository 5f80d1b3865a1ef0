"""``python -m rt_notebook``: the command line."""

from __future__ import annotations

import sys

from rt_notebook.cli import main

sys.exit(main())
