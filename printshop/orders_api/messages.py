"""JSON in and out: strict, bounded, and in lowerCamelCase."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, Never

from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from printshop.orders_api.problems import Invalid, LengthRequired, TooLarge

LONGEST_BODY = 512 * 1024  # bytes: an order of several books


class AlwaysJSON(BaseContentNegotiation):
    """Whatever a client says it accepts: there is nothing else."""

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        """The parser, if this is JSON."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next(iter(parsers)) if given == "application/json" else None

    def select_renderer(  # type: ignore[override]
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
        """Raise a Problem for anything that is not one JSON object."""
        content = stream.read(LONGEST_BODY + 1)
        if len(content) > LONGEST_BODY:
            raise TooLarge(f"The body is longer than {LONGEST_BODY} bytes.")
        try:
            message = json.loads(
                content.decode(), parse_constant=_refuse, object_pairs_hook=_once
            )
            json.dumps(message, ensure_ascii=False).encode()  # no half characters
        except (ValueError, RecursionError) as error:
            raise Invalid("The body is not JSON that could be read.") from error
        if not isinstance(message, dict):
            raise Invalid("The body must be a JSON object.")
        return message


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Whoever reads only one of two disagrees with whoever reads the other."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name is given twice")
    return found


class Spoken(serializers.Serializer[Any]):
    """Fields are named here as Python has it, and on the wire in lowerCamelCase."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The same fields under the names that clients read."""
        spoken = {}
        for name, field in super().get_fields().items():
            first, *others = name.split("_")
            told = first + "".join(word.capitalize() for word in others)
            if told != name and field.source is None:
                field.source = name
            spoken[told] = field
        return spoken


class Message(Spoken):
    """What a client sends: unknown names are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what we would have to ignore: it was meant to change something."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError("Must be an object.")
        if unknown := {
            name[:100]: ["Unknown name."] for name in data.keys() - self.fields
        }:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Only text: DRF would take numbers too."""

    def to_internal_value(self, data: Any) -> str:
        """One line of it."""
        if not isinstance(data, str):
            raise serializers.ValidationError("Must be a text.")
        text = super().to_internal_value(data)
        if not text.isprintable():
            raise serializers.ValidationError("Must be one line of text.")
        return text


def read_body(request: Request, declared: type[Message]) -> dict[str, Any]:
    """The body, checked against its declaration."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):  # Django does not see such a body
        raise LengthRequired("Send the body with its Content-Length.")
    message = declared(data=request.data)
    message.is_valid(raise_exception=True)
    return dict(message.validated_data)


def read_query(request: Request, declared: type[Message]) -> dict[str, Any]:
    """The query, checked against its declaration; whatever comes twice is refused."""
    lists = request.query_params.lists()
    if twice := {
        name[:100]: ["Given twice."] for name, given in lists if len(given) > 1
    }:
        raise serializers.ValidationError(twice)
    message = declared(data=request.query_params.dict())
    message.is_valid(raise_exception=True)
    return dict(message.validated_data)
