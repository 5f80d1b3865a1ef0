"""Identifiers in the API's style: a prefix and 21 random characters."""

from __future__ import annotations

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Return a fresh id such as ``item_Cg1Hh0X...``.

    The API's prefixes: ``event``, ``sess``, ``conv``, ``item``, ``resp``, ``call``.
    """
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(21))}"
