"""A relying party as a certification suite plays it, and the person at its browser.

Nothing here knows whose server it talks to: addresses come from discovery, forms are
filled in as they are found, and each answer is handed to the test as it arrived.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import jwt
import requests
from requests import Response

from tests.authserver.parties import PASSWORD
from tests.story.forms import Form, forms_of
from tests.story.visitor import Visitor

ALLOW = ("decision", "allow")
Parameters = dict[str, str]


class Person(Visitor):
    """Somebody at a browser, who signs in and allows whatever a page asks."""

    def __init__(self, site: str, username: str = "carol") -> None:
        super().__init__(site)
        self.http.headers["Accept"] = "text/html"
        self.username = username
        self.sign_ins = 0

    def arrive(self, address: str, form: Parameters | None = None) -> Response:
        """The first page on the way, or the redirect that leaves this site."""
        if form is None:
            return self._leaving(self.get(address))
        return self._leaving(self.post(address, data=form))

    def agree(self, page: Response) -> Response:
        """Press on through every page, until one leaves or has nothing to ask."""
        for _ in range(10):
            form = _question(page) if page.status_code == 200 else None
            if form is None or not self.goes_on(form, page):
                return page
            page = self._leaving(self.answer(page, form))
        raise AssertionError(f"asked for ever: {page.url}")

    def answer(self, page: Response, form: Form) -> Response:
        """Send one form, with the password or with consent."""
        sent = dict(form.values)
        if "password" in form.names:
            self.sign_ins += 1
            name = "username" if "username" in form.names else "login"
            sent |= {name: self.username, "password": PASSWORD}
        pairs = [*sent.items(), *form.choices, *self.pressed(form.buttons)]
        target = urljoin(page.url, form.action or page.url)
        headers = {"Referer": page.url}
        return self.post(target, data=pairs, headers=headers)

    def pressed(self, buttons: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The button that goes on."""
        return [ALLOW] if ALLOW in buttons else buttons[:1]

    def _leaving(self, response: Response) -> Response:
        """Follow redirects as long as they stay here."""
        for _ in range(10):
            if not response.is_redirect:
                return response
            target = urljoin(response.url, response.headers["Location"])
            if not target.startswith(self.site):
                return response
            response = self.get(target)
        raise AssertionError(f"redirected in circles: {response.url}")

    def goes_on(self, form: Form, page: Response) -> bool:
        """Whether this form is the server's own question."""
        return urljoin(page.url, form.action).startswith(self.site)


def _question(page: Response) -> Form | None:
    """The form that a page is about, if it is a page with a form."""
    if "html" not in page.headers.get("Content-Type", ""):
        return None
    posted = [form for form in forms_of(page.text) if form.method == "post"]
    return posted[-1] if posted else None


@dataclass(frozen=True)
class Departure:
    """What a person was sent away with."""

    parameters: Parameters
    verifier: str


@dataclass(frozen=True)
class Answer:
    """An authorization response, and what asked for it."""

    departure: Departure
    response: Response
    parameters: Parameters
    mode: str  # query or form_post

    @property
    def code(self) -> str:
        assert "code" in self.parameters, self.parameters
        return self.parameters["code"]

    @property
    def error(self) -> str:
        assert "code" not in self.parameters, "a code instead of an error"
        return self.parameters["error"]


@dataclass(frozen=True)
class Page:
    """What came instead of an authorization response: a page of the server."""

    departure: Departure
    response: Response


@dataclass(frozen=True)
class SignedIn:
    """What the token endpoint gave, its ID token verified."""

    tokens: dict[str, Any]
    claims: dict[str, Any]
    header: dict[str, Any]
    answer: Answer

    @property
    def access_token(self) -> str:
        return str(self.tokens["access_token"])

    @property
    def id_token(self) -> str:
        return str(self.tokens["id_token"])


@dataclass(frozen=True)
class RelyingParty:
    """A registered client; every method is one message of the protocol."""

    issuer: str
    client_id: str
    redirect_uri: str
    method: str = "client_secret_basic"

    @property
    def secret(self) -> str:
        return f"demo-{self.client_id}-client-secret"

    @cached_property
    def metadata(self) -> dict[str, Any]:
        address = f"{self.issuer}/.well-known/openid-configuration"
        document: dict[str, Any] = requests.get(address, timeout=30).json()
        return document

    # The authorization request.

    def depart(self, **changes: str | None) -> Departure:
        """An authorization request; None leaves a parameter out."""
        verifier = secrets.token_urlsafe(48)
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(96),  # 128 characters
            "nonce": secrets.token_urlsafe(24),
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        sent = {k: v for k, v in (parameters | changes).items() if v is not None}
        return Departure(sent, verifier)

    def send(
        self, person: Person, *, post: bool = False, **changes: str | None
    ) -> Answer | Page:
        """Send somebody with a request; what comes before they do anything."""
        departure = self.depart(**changes)
        endpoint = self.metadata["authorization_endpoint"]
        if post:
            return read(departure, person.arrive(endpoint, departure.parameters))
        query = urlencode(departure.parameters)
        return read(departure, person.arrive(f"{endpoint}?{query}"))

    def ask(self, person: Person, *, post: bool = False, **changes: Any) -> Answer:
        """The same, and the person goes along with it to the end."""
        found = self.send(person, post=post, **changes)
        if isinstance(found, Page):
            found = read(found.departure, person.agree(found.response))
        assert isinstance(found, Answer), found.response.text[:3000]
        return found

    # The token endpoint, and what its answer opens.

    def token(self, form: Parameters, method: str = "") -> Response:
        """A token request, authenticated as this client does."""
        return self.post(self.metadata["token_endpoint"], form, method)

    def post(self, address: str, form: Parameters, method: str = "") -> Response:
        """Any request of the back channel that this client authenticates."""
        method = method or self.method
        if method == "client_secret_basic":
            pair = self.client_id, self.secret
            return requests.post(address, form, auth=pair, timeout=30)
        credentials = {"client_id": self.client_id}
        if method == "client_secret_post":
            credentials["client_secret"] = self.secret
        return requests.post(address, form | credentials, timeout=30)

    def exchange(self, answer: Answer, method: str = "") -> Response:
        """A code against tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": self.redirect_uri,
        }
        if "code_challenge" in answer.departure.parameters:
            form["code_verifier"] = answer.departure.verifier
        return self.token(form, method)

    def refresh(self, refresh_token: str, **more: str) -> Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.token(form | more)

    def sign_in(self, person: Person, **changes: Any) -> SignedIn:
        """All of it, from the request to a verified ID token."""
        answer = self.ask(person, **changes)
        given = self.exchange(answer)
        assert given.status_code == 200, given.text
        return self.verified(given.json(), answer)

    def verified(self, tokens: dict[str, Any], answer: Answer) -> SignedIn:
        """An ID token whose signature, issuer, audience, time and nonce are right."""
        header, claims = self.decoded(tokens["id_token"])
        asked = answer.departure.parameters
        assert claims.get("nonce") == asked.get("nonce")
        return SignedIn(tokens, claims, header, answer)

    def decoded(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token that the server signed for this client."""
        header = jwt.get_unverified_header(token)
        key_set = requests.get(self.metadata["jwks_uri"], timeout=30).json()
        [key] = [key for key in key_set["keys"] if key["kid"] == header["kid"]]
        claims = jwt.decode(
            token,
            jwt.PyJWK(key),
            [header["alg"]],
            audience=self.client_id,
            issuer=self.issuer,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        return header, claims

    def userinfo(self, token: str) -> dict[str, Any]:
        """What UserInfo tells."""
        answer = requests.get(
            self.metadata["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.headers
        claims: dict[str, Any] = answer.json()
        return claims

    # Logout.

    def logout(self, person: Person, **parameters: str) -> Response:
        """Send somebody to the end-session endpoint."""
        endpoint = self.metadata["end_session_endpoint"]
        return person.arrive(f"{endpoint}?{urlencode(parameters)}")


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def read(departure: Departure, response: Response) -> Answer | Page:
    """An authorization response, by either response mode, or a page."""
    redirect_uri = departure.parameters.get("redirect_uri", "")
    location = response.headers.get("Location", "")
    if response.is_redirect and redirect_uri and location.startswith(redirect_uri):
        query = urlsplit(location).query
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs), pairs
        return Answer(departure, response, dict(pairs), "query")
    form = _question(response)
    if form and form.action == redirect_uri:
        return Answer(departure, response, dict(form.values), "form_post")
    assert not response.is_redirect, f"sent elsewhere: {location}"
    return Page(departure, response)
