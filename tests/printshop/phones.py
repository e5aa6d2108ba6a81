"""The page that plays a phone, as its script uses it: the radio above all."""

import json
import re
from typing import Any

from provider import PhotoService, Provider
from visitors import Browser

TOKEN = "an-access-token"
FORM = {
    "grant_type": "authorization_code",
    "client_id": "printshop-mobile",
    "code": "a-code",
    "redirect_uri": "com.example.printshop:/signed-in",
    "code_verifier": "v" * 43,
}


class Phone(Browser):
    """A browser with the page open."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        page = self.get("/phone/").content.decode()
        [self.csrf] = re.findall(r'data-csrf="([^"]+)"', page)

    def send(self, call: Any, **headers: str) -> Any:
        """What the page's script does."""
        body = call if isinstance(call, (str, bytes)) else json.dumps(call)
        sent = {"X-CSRFToken": self.csrf} | headers
        return self.post("/phone/wire/", body, "application/json", headers=sent)


def spoken(server: Provider | PhotoService) -> list[str]:
    """Whatever the shop asked a server for, but for its documents."""
    asked = [f"{one.method} {one.path}" for one in server.requests]
    return [one for one in asked if "well-known" not in one]
