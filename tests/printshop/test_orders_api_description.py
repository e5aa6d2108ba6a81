"""The OpenAPI document of the orders resource: whole, and kept by the server."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, settings
from integrator import RECIPIENT, SCOPE, jpeg
from live import opened
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from test_orders_api_live import Albums

from printshop.orders_api.description import document

ADDRESS = "/v1/openapi.json"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 15  # of each operation
# Written by the server that was tried, so that some calls reach what there is.
known: dict[str, str] = {}
answers: Counter[int] = Counter()


@pytest.fixture
def openapi() -> Any:
    return Client().get(ADDRESS).json()


def operations(openapi: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in openapi["paths"].values():
        yield from path.values()


def test_it_is_an_openapi_document(openapi: dict[str, Any]) -> None:
    # It raises what is wrong.
    validate_schema(openapi)  # type: ignore[no-untyped-call]
    assert len(list(operations(openapi))) == 13


def test_every_operation_says_who_may_and_how_it_may_fail(
    openapi: dict[str, Any],
) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for one in operations(openapi):
        assert one["security"] == [{"account": [SCOPE]}]
        refusals = {k: v for k, v in one["responses"].items() if int(k) >= 400}
        assert {"400", "401", "403", "404", "503"} <= set(refusals)
        for refusal in refusals.values():
            assert refusal["content"]["application/problem+json"]["schema"] == problem


def test_it_is_sent_once(client: Client) -> None:
    tag = client.get(ADDRESS)["ETag"]
    again = client.get(ADDRESS, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(ADDRESS).status_code == 405


@pytest.fixture(scope="module")
def albums(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Albums]:
    """A shop with an order and two photos, which calls can find."""
    with opened(tmp_path_factory.mktemp("described")) as shop:
        albums = Albums(shop)
        body = albums.asked()
        order = albums.call("POST", "orders", json=body).json()["order"]
        known["order"] = order["id"]
        known["asset"] = body["items"][0]["assets"][0]["id"]
        yield albums
        assert "Traceback" not in shop.log.read_text()


api = schemathesis.openapi.from_dict(document())


@api.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Half of the calls are about what there is."""
    given = dict(path_parameters or {})
    if len(str(given)) % 2:
        if "sku" in given:
            given["sku"] = "photo-book"
        elif "/orders/" in context.operation.path:
            given["id"] = known["order"]
        elif "id" in given:
            given["id"] = known["asset"]
    return given


@api.hook
def map_body(context: Any, body: Any) -> Any:
    """Random postcodes and photos would all be refused: some calls have good ones."""
    if isinstance(body, bytes):
        return jpeg((40, 30)) if len(body) % 2 else body
    if not isinstance(body, dict) or len(str(body)) % 4 == 0:
        return body
    if "recipient" in body:
        body["recipient"] = RECIPIENT
    for item in body.get("items", ()):
        if isinstance(item, dict) and "assets" in item:
            item |= {"sku": "10x15", "copies": 1, "assets": [{"id": known["asset"]}]}
            item.pop("attributes", None)
            item.pop("sizing", None)
    return body


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # the same calls every time
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_call_is_answered_otherwise_than_described(
    case: Any, albums: Albums
) -> None:
    if "cancel" in case.path and case.path_parameters.get("id") == known["order"]:
        case.path_parameters["id"] = "PS-NONE"  # the others still need it
    token = {"Authorization": f"Bearer {albums.token()}"}
    response = case.call(base_url=albums.shop.url, headers=token, timeout=60)
    answers[response.status_code] += 1
    case.validate_response(response, checks=CHECKS)


def test_some_of_those_calls_went_well(albums: Albums) -> None:
    assert answers[200] > EXAMPLES
    assert answers[201] > 3
    assert answers[400]


def test_the_page_for_developers_has_every_method_and_message(
    client: Client, openapi: dict[str, Any]
) -> None:
    html = client.get("/developers/").content.decode()
    named = set(re.findall(r'id="([\w.]+)"', html))
    assert {one["operationId"] for one in operations(openapi)} <= named
    assert set(openapi["components"]["schemas"]) <= named
    assert set(re.findall(r'href="#([\w.]+)"', html)) <= named
    assert 'href="/v1/openapi.json"' in html
    assert 'role="status"' not in html
