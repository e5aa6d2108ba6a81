"""The discovery documents, compared with what Google says about its own APIs."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from photo_cast import AUDIENCE, refused, told

from photos_api.description.endpoints import endpoints
from photos_api.description.schemas import schemas
from photos_api.description.words import MEANING, METHODS

ADDRESS = {
    "photoslibrary": "/library/$discovery/rest?version=v1",
    "photospicker": "/picker/$discovery/rest?version=v1",
}
APIS = list(ADDRESS)
GOOGLE = "https://www.googleapis.com/auth/"
ADD = "photoslibrary.appendonly"
READ = "photoslibrary.readonly.appcreateddata"
EDIT = "photoslibrary.edit.appcreateddata"
SHARE = "photoslibrary.sharing"
PICK = "photospicker.mediaitems.readonly"
# Since 31 March 2025.
SCOPES = {
    "photoslibrary.albums.create": {ADD},
    "photoslibrary.albums.get": {READ},
    "photoslibrary.albums.list": {READ},
    "photoslibrary.albums.patch": {EDIT},
    "photoslibrary.albums.addEnrichment": {ADD, EDIT},
    "photoslibrary.albums.batchAddMediaItems": {ADD, EDIT},
    "photoslibrary.albums.batchRemoveMediaItems": {EDIT},
    "photoslibrary.albums.share": {SHARE},
    "photoslibrary.albums.unshare": {SHARE},
    "photoslibrary.mediaItems.batchCreate": {ADD},
    "photoslibrary.mediaItems.batchGet": {READ},
    "photoslibrary.mediaItems.get": {READ},
    "photoslibrary.mediaItems.list": {READ},
    "photoslibrary.mediaItems.patch": {EDIT},
    "photoslibrary.mediaItems.search": {READ},
    "photoslibrary.sharedAlbums.get": {SHARE},
    "photoslibrary.sharedAlbums.list": {SHARE},
    "photoslibrary.sharedAlbums.join": {SHARE},
    "photoslibrary.sharedAlbums.leave": {SHARE},
    "photospicker.mediaItems.list": {PICK},
    "photospicker.sessions.create": {PICK},
    "photospicker.sessions.get": {PICK},
    "photospicker.sessions.delete": {PICK},
}
# What we tell beyond Google, for who wants to show something at once.
EXTRAS = {"thumbhash:string", "dominantColor:string"}
STANDARD = {"alt", "fields", "prettyPrint", "key", "quotaUser", "upload_protocol"}
STANDARD |= {"uploadType", "$.xgafv"}


class Facts:
    """What Google says, in short: a line for each method, one for each message."""

    def __init__(self, api: str) -> None:
        text = (Path(__file__).parent / "google" / f"{api}.txt").read_text()
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        space = lines.index("")
        self.methods = {line.split()[0]: line for line in lines[:space]}
        words = [line.split() for line in lines[space + 1 :]]
        self.messages = {name: set(fields) for name, *fields in words}


def document(api: str) -> dict[str, Any]:
    return told(Client().get(ADDRESS[api]))


def methods(document: dict[str, Any]) -> dict[str, Any]:
    """All of them, by `resource.method`."""
    return {
        f"{resource}.{name}": method
        for resource, inside in document["resources"].items()
        for name, method in inside["methods"].items()
    }


def kind(given: dict[str, Any]) -> str:
    """A type in the short words of the facts."""
    if given.get("type") == "array":
        return f"[{kind(given['items'])}]"
    if "enum" in given:
        return "|".join(sorted(given["enum"]))
    return str(given.get("$ref") or given.get("format") or given["type"])


def in_short(name: str, method: dict[str, Any]) -> str:
    query = [
        f"{parameter}:{'*' if given.get('repeated') else ''}{kind(given)}"
        for parameter, given in sorted(method["parameters"].items())
        if given["location"] == "query"
    ]
    request = method.get("request", {"$ref": "-"})["$ref"]
    response = method["response"]["$ref"]
    told = [name, method["httpMethod"], method["path"], request, response, *query]
    return " ".join(told)


@pytest.mark.parametrize("api", APIS)
def test_every_method_is_what_google_says(api: str) -> None:
    ours = {name: in_short(name, one) for name, one in methods(document(api)).items()}
    assert ours == Facts(api).methods


@pytest.mark.parametrize("api", APIS)
def test_every_field_of_every_message_is_what_google_says(api: str) -> None:
    ours = {
        name: {f"{field}:{kind(given)}" for field, given in one["properties"].items()}
        for name, one in document(api)["schemas"].items()
    }
    wanted = Facts(api).messages
    assert set(ours) == set(wanted)
    for name, fields in wanted.items():
        assert ours[name] >= fields, name
        assert ours[name] - fields <= EXTRAS, name


@pytest.mark.parametrize("api", APIS)
def test_what_stands_in_a_path_is_one_segment_and_must_be_there(api: str) -> None:
    for name, method in methods(document(api)).items():
        found = {
            k: v for k, v in method["parameters"].items() if v["location"] == "path"
        }
        assert method["parameterOrder"] == list(found), name
        assert [f"{{+{k}}}" in method["path"] for k in found] == [True] * len(found)
        assert method["path"].count("{") == len(found)
        for one in found.values():
            assert (one["required"], one["pattern"]) == (True, "^[^/]+$")


@pytest.mark.parametrize("api", APIS)
def test_the_scopes_are_those_since_2025_under_their_long_names(api: str) -> None:
    described = document(api)
    named = {one["id"]: set(one["scopes"]) for one in methods(described).values()}
    wanted = {name: one for name, one in SCOPES.items() if name.startswith(api)}
    assert named == {k: {f"{GOOGLE}{s}" for s in v} for k, v in wanted.items()}
    listed = described["auth"]["oauth2"]["scopes"]
    assert set(listed) == set().union(*named.values())
    assert all(scope["description"] for scope in listed.values())


@pytest.mark.parametrize("api", APIS)
def test_standard_parameters_are_there_but_those_that_leak_tokens(api: str) -> None:
    described = document(api)
    assert set(described["parameters"]) == STANDARD
    assert "batchPath" not in described


@pytest.mark.parametrize("api", APIS)
def test_a_document_is_about_this_server(api: str) -> None:
    described = document(api)
    surface = api.removeprefix("photos")
    assert described["rootUrl"] == f"{AUDIENCE}/{surface}/"
    assert (described["name"], described["version"]) == (api, "v1")
    assert described["kind"] == "discovery#restDescription"
    assert Client().get(described["documentationLink"]).status_code == 200


@pytest.mark.parametrize("api", APIS)
def test_everything_is_explained(api: str) -> None:
    described = document(api)
    for name, method in methods(described).items():
        assert method["description"], name
        for parameter, given in method["parameters"].items():
            assert given["description"].strip(), f"{name} {parameter}"
    for name, schema in described["schemas"].items():
        assert schema["description"], name
        for field, given in schema["properties"].items():
            assert given["description"], f"{name}.{field}"
            inner = given.get("items", given)
            assert len(inner.get("enum", [])) == len(inner.get("enumDescriptions", []))


def test_nothing_is_explained_that_is_not_there() -> None:
    ids = {one.method.id for one in endpoints()}
    assert {name.removeprefix("picker.") for name in METHODS} == ids
    names = {
        name
        for one in endpoints()
        for name in [*one.in_path, *map(camel, one.method.query().fields)]
    }
    for surface in ("library", "picker"):
        for schema in schemas(surface).values():
            names |= {*schema.properties}
            names |= {f"{schema.name}.{field}" for field in schema.properties}
    assert set(MEANING) <= names


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@pytest.mark.parametrize("api", APIS)
def test_a_document_is_found_by_the_name_of_its_api_too(api: str) -> None:
    assert told(Client().get(f"/discovery/v1/apis/{api}/v1/rest")) == document(api)


def test_a_document_is_sent_once(client: Client) -> None:
    first = client.get(ADDRESS["photoslibrary"])
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(
        ADDRESS["photoslibrary"], headers={"if-none-match": f'"x", {first["ETag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(
        ADDRESS["photospicker"], headers={"if-none-match": first["ETag"]}
    )
    assert other.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/library/$discovery/rest?version=v2",
        "/library/$discovery/rest?version=",
        "/library/$discovery/other",
        "/pages/$discovery/rest?version=v1",
        "/discovery/v1/apis/photoslibrary/v2/rest",
        "/discovery/v1/apis/photos/v1/rest",
    ],
)
def test_what_is_not_described_is_not_found(path: str) -> None:
    answer = Client().get(path)
    if path.startswith("/library"):
        refused(answer, 404, "NOT_FOUND")
    assert answer.status_code == 404


@pytest.mark.parametrize("verb", ["post", "put", "delete"])
def test_a_document_is_only_read(verb: str) -> None:
    assert getattr(Client(), verb)(ADDRESS["photospicker"]).status_code == 405
