"""What the server refuses, as the `error` event of the API tells it."""

from __future__ import annotations

from typing import Any


class ClientError(Exception):
    """A client event that cannot be honoured. The connection goes on.

    `code` is the API's machine-readable name, `param` the path of the field at fault, if there is one.
    """

    def __init__(
        self, code: str, message: str, param: str | None = None, *, kind: str = "invalid_request_error"
    ) -> None:
        self.code = code
        self.message = message
        self.param = param
        self.kind = kind
        super().__init__(message)

    def body(self, event_id: str | None) -> dict[str, Any]:
        """Return the `error` object; `event_id` is the client event's, where it gave one."""
        return {
            "type": self.kind,
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "event_id": event_id,
        }
