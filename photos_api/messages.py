"""Messages in and out, as Google's clients write and read them (proto3's JSON)."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import IO, Any, Never

import orjson
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from photos_api.access_tokens import AccessToken
from photos_api.names import snake_case
from photos_api.problems import InvalidArgument, TooLarge
from photos_api.tellers import teller

LONGEST_BODY = 256 * 1024
# As 2026-01-02T03:04:05Z.
TO_THE_SECOND = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class AlwaysJSON(BaseContentNegotiation):
    """We speak JSON whatever the Accept header says."""

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        """The parser, if this is JSON or says nothing about itself."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next(iter(parsers)) if given in {"", "application/json"} else None

    def select_renderer(  # type: ignore[override] # the stub knows only lists of classes
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str = ""
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        return renderers[0], renderers[0].media_type or ""


class JSONParser(BaseParser):
    """Strict JSON of bounded size; the top is an object."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Raise InvalidArgument for anything that is not one JSON object."""
        content = stream.read(LONGEST_BODY + 1)
        if len(content) > LONGEST_BODY:
            raise TooLarge(f"The body is longer than {LONGEST_BODY} bytes.")
        try:
            message = json.loads(content.decode(), parse_constant=_refuse)
            if rb"\u" in content:  # half of a character: no database takes it
                json.dumps(message, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise InvalidArgument(
                "Invalid JSON payload received. It could not be parsed."
            ) from error
        if not isinstance(message, dict):
            raise InvalidArgument("Invalid JSON payload received. Send an object.")
        return message


class JSONRenderer(BaseRenderer):
    """Bytes at once: Python's own encoder takes as long as it took to find them."""

    media_type, format, charset = "application/json", "json", None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Messages hold nothing but what JSON knows, and times."""
        return b"" if data is None else orjson.dumps(data, option=TO_THE_SECOND)


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


class Message(serializers.Serializer[Any]):
    """What a client sends: unknown names are refused, null counts as not given.

    Names may come in lowerCamelCase or in snake_case, as proto3 has it.
    """

    called: str  # by Google's documents, if not by the name of the class

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Take names as they come, then validate as any serializer does."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(["Must be an object."])
        named: dict[str, Any] = {}
        for given, value in data.items():
            name = snake_case(given)
            if name not in self.fields:
                raise serializers.ValidationError({given[:100]: ["Unknown name."]})
            if name in named:
                raise serializers.ValidationError({name: ["Given twice."]})
            is_text = isinstance(self.fields[name], serializers.CharField)
            if is_text and not isinstance(value, str | None):  # DRF takes numbers too
                raise serializers.ValidationError({name: ["Must be a text."]})
            if value is not None:
                named[name] = value
        return dict(super().to_internal_value(named))


@cache
def reader(declared: type[Message]) -> Message:
    """One of its kind for all requests, since reading leaves no trace in it.

    To copy the fields for each request would cost more than to read the request.
    """
    return declared()


class NoParameters(Message):
    """A call that takes nothing but what stands in its path."""


class Int32(serializers.Field[int, int | str, int | str, int]):
    """A whole number of 32 bits."""

    BITS = 32
    DIGITS = re.compile(r"-?[0-9]{1,20}", re.ASCII)

    def to_internal_value(self, data: int | str) -> int:
        """Strings and numbers both come in."""
        if isinstance(data, int) and not isinstance(data, bool):
            number = data
        elif isinstance(data, str) and self.DIGITS.fullmatch(data):
            number = int(data)
        else:
            raise serializers.ValidationError("Must be a whole number.")
        if not -(2 ** (self.BITS - 1)) <= number < 2 ** (self.BITS - 1):
            raise serializers.ValidationError(f"Must fit into {self.BITS} bits.")
        return number

    def to_representation(self, value: int) -> int | str:
        """As it is."""
        return value


class Int64(Int32):
    """proto3 sends 64-bit numbers as strings, since JavaScript cannot hold them."""

    BITS = 64

    def to_representation(self, value: int) -> str:
        """Only strings go out."""
        return str(value)


class Double(serializers.FloatField):
    """A number of twice the usual precision; in JSON there is no difference."""


class FieldMask(serializers.CharField):
    """Names of fields with commas between them (google.protobuf.FieldMask)."""


class Ignored(serializers.Field[Any, Any, Any, Any]):
    """What only goes out: accepted, since clients send back what they were given."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Not looked at."""
        return data


class Timestamp(serializers.DateTimeField):
    """A time, as databases give it: in UTC. It becomes text in `JSONRenderer`."""


class Duration(serializers.FloatField):
    """Seconds, the way protobuf writes a Duration: `0.008s`."""

    def to_representation(self, value: float) -> str:
        """To the nanosecond."""
        return f"{value:.9f}".rstrip("0").rstrip(".") + "s"


class Reply(serializers.Serializer[Any]):
    """What we send: lowerCamelCase, and nothing for a name that holds nothing.

    Its methods `get_…` are static: they are given the thing and the token.
    """

    called: str  # by Google's documents, if not by the name of the class

    @classmethod
    def told(cls, thing: Any, token: AccessToken | None = None) -> dict[str, Any]:
        """A thing, or a dict, to whoever holds that token.

        Not by DRF's `data`, which asks every field of every item anew.
        """
        return teller(cls)(thing, token)
