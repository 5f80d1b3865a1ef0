"""Who may come in, and as what: the answers to a request before anything else is done for it."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from rt_notebook.server.access import origin_fits, token_fits, token_of
from rt_notebook.server.client_secrets import ClientSecrets, Grant
from rt_notebook.server.errors import ClientError


class RefusedError(Exception):
    """A request that is not honoured: its HTTP status, and an `error` object as in the API's events."""

    def __init__(self, status: int, error: ClientError) -> None:
        self.status = status
        self.error = error
        super().__init__(error.message)

    def response(self) -> JSONResponse:
        """Return what the client gets."""
        error = self.error
        body = {"message": error.message, "type": error.kind, "param": error.param, "code": error.code}
        return JSONResponse({"error": body}, self.status)


class Door:
    """Looks at every request: the page it comes from, and the key it shows."""

    def __init__(self, token: str, client_secrets: ClientSecrets) -> None:
        self._token = token
        self._secrets = client_secrets

    def let_in(self, request: HTTPConnection) -> Grant | None:
        """Return what the request's client secret allows, or None where it shows the token; raises `RefusedError`."""
        if not origin_fits(request.headers.get("origin")):
            raise RefusedError(
                403, ClientError("origin_not_allowed", "Pages of other hosts may not connect to this server.")
            )
        key = token_of(request.headers.get("authorization", ""), request.scope.get("subprotocols", ()))
        if token_fits(key, self._token):
            return None
        if (grant := self._secrets.find(key)) is not None:
            return grant
        message = (
            "Incorrect API key provided. Pass the token that this server printed at its start, or a client secret "
            "that has not expired, as 'Authorization: Bearer TOKEN'."
        )
        raise RefusedError(401, ClientError("invalid_api_key", message))
