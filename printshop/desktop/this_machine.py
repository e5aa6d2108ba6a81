"""Names below .localhost lead to this machine: RFC 6761 §6.3.

Browsers know that; many a resolver does not, and another may lead elsewhere.
"""

from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

SUFFIX = ".localhost"


class ThisMachine(HTTPAdapter):
    """Connects to the address that every name below .localhost stands for."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Under the name all the same: one machine may have several sites."""
        url = urlsplit(request.url or "")
        if (url.hostname or "").endswith(SUFFIX):
            request.headers["Host"] = url.netloc
            here = url._replace(netloc=f"127.0.0.1:{url.port or 80}")
            request.url = here.geturl()
        return super().send(request, *args, **options)
