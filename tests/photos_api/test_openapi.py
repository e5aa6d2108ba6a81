"""The OpenAPI document: whole, true to the declarations, and kept by the server."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, settings
from photo_cast import Issuer, jpeg, told
from photo_server import Server, running
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from photos_api.description.discovery import SURFACES
from photos_api.description.discovery import document as discovery
from photos_api.description.endpoints import endpoints
from photos_api.description.openapi import document

ADDRESS = "/openapi.json"
GOOGLE = "https://www.googleapis.com/auth/"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 12  # of each operation
# Written by the server that was tried, so that some calls reach what there is.
known: dict[str, str] = {}
answers: Counter[int] = Counter()


@pytest.fixture
def openapi() -> dict[str, Any]:
    return told(Client().get(ADDRESS))


def operations(openapi: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in openapi["paths"].values():
        yield from path.values()


def test_it_is_an_openapi_document(openapi: dict[str, Any]) -> None:
    # It raises what is wrong.
    validate_schema(openapi)  # type: ignore[no-untyped-call]
    assert openapi["openapi"].startswith("3.0")


def test_every_method_is_an_operation(openapi: dict[str, Any]) -> None:
    ids = [one["operationId"] for one in operations(openapi)]
    declared = {
        f"{one.surface}.{one.method.id}{'.put' if one.verb == 'PUT' else ''}"
        for one in endpoints()
    }
    assert sorted(ids) == sorted(declared)
    for one in endpoints():
        path = f"/{one.path}".replace("{id}", "{albumId}")
        path = path.replace("mediaItems/{albumId}", "mediaItems/{mediaItemId}")
        assert one.verb.lower() in openapi["paths"][path]


@pytest.mark.parametrize("surface", SURFACES)
def test_messages_have_the_fields_of_the_discovery_document(
    openapi: dict[str, Any], surface: str
) -> None:
    for name, schema in discovery(surface)["schemas"].items():
        here = openapi["components"]["schemas"][f"{surface}.{name}"]
        assert set(here["properties"]) == set(schema["properties"]), name


def test_every_operation_says_who_may_and_how_it_may_fail(
    openapi: dict[str, Any],
) -> None:
    error = {"$ref": "#/components/schemas/Error"}
    for one in operations(openapi):
        refusals = {k: v for k, v in one["responses"].items() if int(k) >= 400}
        assert {"400", "401", "403", "404", "429"} <= set(refusals), one["operationId"]
        for refusal in refusals.values():
            assert refusal["content"]["application/json"]["schema"] == error
        for demanded in filter(None, one["security"]):
            [scopes] = demanded.values()
            assert all(scope.startswith(GOOGLE) for scope in scopes)
    assert set(openapi["components"]["securitySchemes"]) == {"account"}


def test_it_is_sent_once(client: Client) -> None:
    tag = client.get(ADDRESS)["ETag"]
    again = client.get(ADDRESS, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(ADDRESS).status_code == 405


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    """With an album, a photo, an upload and a session, which calls can find."""
    with running(tmp_path_factory.mktemp("openapi"), issuer) as server:
        title = {"album": {"title": "Known"}}
        album = server.post("/library/v1/albums", title).json()
        upload = _upload(server)
        items = [{"simpleMediaItem": {"uploadToken": upload}}]
        made = server.post(
            "/library/v1/mediaItems:batchCreate",
            {"newMediaItems": items, "albumId": album["id"]},
        ).json()
        item = made["newMediaItemResults"][0]["mediaItem"]
        session = server.post("/picker/v1/sessions", {}).json()
        known.update(
            albumId=album["id"],
            mediaItemId=item["id"],
            sessionId=session["id"],
            address=item["baseUrl"].rpartition("/")[2] + "=w32",
        )
        yield server
        assert server.was_quiet()


def _upload(server: Server) -> str:
    bearer = {"Authorization": f"Bearer {server.token()}"}
    address = f"{server.url}/library/v1/uploads"
    return requests.post(address, data=jpeg(), headers=bearer, timeout=60).text


api = schemathesis.openapi.from_dict(document())


@api.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Half of the calls are about what there is."""
    return {
        name: known[name] if name in known and len(str(value)) % 2 else value
        for name, value in (path_parameters or {}).items()
    }


@api.hook
def map_query(context: Any, query: Any) -> Any:
    """A mask of random names is refused before anything else is looked at."""
    given = dict(query or {})
    if len(str(given.get("fields", ""))) % 4:
        del given["fields"]
    if "sessionId" in given and len(given["sessionId"]) % 2:
        given["sessionId"] = known["sessionId"]
    return given


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
    case: Any, server: Server
) -> None:
    bearer = {"Authorization": f"Bearer {server.token()}"}
    response = case.call(base_url=server.url, headers=bearer, timeout=60)
    answers[response.status_code] += 1
    case.validate_response(response, checks=CHECKS)


def test_some_of_those_calls_went_well(server: Server) -> None:
    assert answers[200] > EXAMPLES
    assert answers[400]
