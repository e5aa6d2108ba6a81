"""People and attackers who speak HTTP themselves instead of using a browser."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import Response

from tests.story.forms import Form, forms_of

TIMEOUT = 30
Fields = dict[str, str | list[str]]


class Visitor:
    """Somebody with a cookie jar; redirects are followed only where a test says so."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.http = requests.Session()
        self.http.trust_env = False  # no proxies from the environment

    def get(self, address: str, **options: Any) -> Response:
        """GET; an address may be relative to the visitor's site."""
        return self.request("GET", address, **options)

    def post(self, address: str, **options: Any) -> Response:
        """POST; brings no CSRF token unless the test does."""
        return self.request("POST", address, **options)

    def request(self, method: str, address: str, **options: Any) -> Response:
        """Any method, redirects not followed by default."""
        options.setdefault("allow_redirects", False)
        options.setdefault("timeout", TIMEOUT)
        return self.http.request(method, urljoin(self.site, address), **options)

    def follow(self, answer: Response, *, until: str = "") -> Response:
        """Follow redirects; stop before one whose target starts with ``until``."""
        for _ in range(20):
            if not answer.is_redirect:
                return answer
            target = urljoin(answer.url, answer.headers["Location"])
            if until and target.startswith(until):
                return answer
            answer = self.get(target)
        raise AssertionError(f"redirected in circles: {answer.url}")

    def submit(self, page: Response, fields: Fields, *, having: str = "") -> Response:
        """Send the page's form that can send ``having`` (else: the last form)."""
        form = form_with(page, having)
        target = urljoin(page.url, form.action or page.url)
        sent = form.filled(fields)
        if form.method == "get":
            return self.get(target, params=sent)
        headers = {"Referer": page.url, "Origin": origin_of(page.url)}
        return self.post(target, data=sent, headers=headers)

    def sign_in(self, page: Response, username: str, password: str) -> Response:
        """Fill in the authorization server's sign-in page."""
        person: Fields = {"username": username, "password": password}
        return self.submit(page, person, having="password")


def form_with(page: Response, name: str) -> Form:
    """The page's first form that has a control of this name."""
    forms: Iterable[Form] = forms_of(page.text)
    found = [form for form in forms if not name or name in form.names]
    assert found, (
        f"no form with {name!r} at {page.url} ({page.status_code}):\n{page.text[:3000]}"
    )
    return found[0] if name else found[-1]


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
