"""The cast of the pages' tests: Alice, Bob, the print shop, and their browsers."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth.hashers import make_password
from django.core import mail as outgoing
from django.test import Client as DjangoClient
from django_tasks_db.models import DBTaskResult

from authserver.models import Client, ResourceScope, ResourceServer, User

PASSWORD = "print-shop-demo"
CALLBACK = "http://localhost:8000/connect/callback/"
PICKER = "photospicker.mediaitems.readonly"
LIBRARY = "photoslibrary.readonly.appcreateddata"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, Appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CAROL = {  # who has no account yet
    "username": "carol",
    "name": "Carol Diaz",
    "email": "carol@example.com",
    "password": "a long walk by the sea",
}


class Browser(DjangoClient):
    """A browser at the authorization server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(HTTP_HOST="localhost:8001", **options)

    def sign_in(self, name: str = "alice", password: str = PASSWORD) -> Any:
        """Fill in the form as it stands."""
        return self.post("/sign-in/", {"username": name, "password": password})

    def ask(self, scope: str = "openid profile email", **changes: str) -> str:
        """Come from the print shop; returns the id of the request kept here."""
        response = self.get(authorize(scope, **changes))
        assert response.status_code in {302, 303}, response.content
        where = urlsplit(response["Location"])
        if where.path == "/sign-in/":
            return parse_qs(where.query)["request"][0]
        assert where.path.startswith("/consent/"), response["Location"]
        return where.path.split("/")[2]

    def decide(self, request_id: str, decision: str = "allow", *scope: str) -> Any:
        """Press a button on the consent page with these boxes ticked."""
        return self.post(
            f"/consent/{request_id}/", {"decision": decision, "scope": list(scope)}
        )


def authorize(scope: str = "openid profile email", **changes: str) -> str:
    """An authorization request of the print shop."""
    parameters = {
        "response_type": "code",
        "client_id": "printshop",
        "redirect_uri": CALLBACK,
        "scope": scope,
        "state": "xyz",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"/oauth/authorize?{urlencode(parameters | changes)}"


def answer(response: Any) -> dict[str, str]:
    """What a redirect to the print shop carries."""
    assert response.status_code == 303, response.content
    assert response["Location"].startswith(f"{CALLBACK}?"), response["Location"]
    query = parse_qs(urlsplit(response["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def people() -> tuple[User, User]:
    """Alice and Bob."""
    alice = User.objects.create(
        username="alice",
        password=_hashed(),
        name="Alice Ferrand",
        email="alice@example.com",
    )
    bob = User.objects.create(
        username="bob",
        password=_hashed(),
        name="Bob Okafor",
        email="bob@example.com",
    )
    return alice, bob


def _hashed() -> str:
    """Quick to try, unlike a real one."""
    return make_password(PASSWORD, hasher="random_sha256")


def print_shop(**changes: Any) -> Client:
    """The print shop, and the photo service whose scopes it asks for."""
    photos = ResourceServer.objects.create(
        identifier="http://localhost:8002", name="Photos"
    )
    for name, sentence, cannot in (
        (PICKER, "See the photos you pick for it", "See any photo you did not pick"),
        (LIBRARY, "See photos it added itself", "Change or delete your photos"),
    ):
        ResourceScope.objects.create(
            resource_server=photos, name=name, sentence=sentence, cannot=cannot
        )
    registered = {
        "client_id": "printshop",
        "client_secret": "s" * 43,
        "client_type": "confidential",
        "authorization_grant_type": "authorization-code",
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods": ["client_secret_basic", "client_secret_post"],
        "name": "Print Shop",
        "redirect_uris": CALLBACK,
        "scope": f"openid profile email offline_access {PICKER} {LIBRARY}",
        "required_scope": "openid",
    }
    return Client.objects.create(**registered | changes)


def exchange(**form: str) -> Any:
    """The print shop at the token endpoint."""
    basic = base64.b64encode(b"printshop:" + b"s" * 43).decode()
    return Browser().post(
        "/oauth/token",
        urlencode(form),
        "application/x-www-form-urlencoded",
        headers={"authorization": f"Basic {basic}"},
    )


def redeem(code: str) -> Any:
    """The print shop with a code."""
    return exchange(
        grant_type="authorization_code",
        code=code,
        code_verifier=VERIFIER,
        redirect_uri=CALLBACK,
    )


def connect(browser: Browser, scope: str = f"openid {PICKER} offline_access") -> Any:
    """Allow everything and let the print shop fetch its tokens."""
    asked = browser.get(authorize(scope, prompt="consent"))
    request_id = asked["Location"].split("/")[2]
    allowed = browser.decide(request_id, "allow", *scope.split())
    return redeem(answer(allowed)["code"]).json()


def letters() -> list[Any]:
    """What the worker sends now: the letters that wait in its queue, and are new."""
    already = len(outgoing.outbox)
    for waiting in DBTaskResult.objects.ready().filter(task_path__contains=".mail."):
        waiting.task.func(*waiting.args_kwargs["args"])
        waiting.delete()
    return list(outgoing.outbox[already:])


def link_in(letter: Any) -> str:
    """The path of the only link in a letter."""
    (link,) = re.findall(r"http://localhost:8001(/\S*)", letter.body)
    return str(link)
