"""updateMask: which fields a PATCH means (google.protobuf.FieldMask in JSON)."""

from collections.abc import Collection

from photos_api.names import camel_case, snake_case
from photos_api.problems import InvalidArgument


def masked(update_mask: str, allowed: Collection[str]) -> set[str]:
    """The names in it, in snake_case; raises InvalidArgument for any but those.

    Names come with commas between them, in lowerCamelCase or in snake_case.
    """
    names = {snake_case(name.strip()) for name in update_mask.split(",")}
    unknown = names - set(allowed)
    if unknown:
        possible = ", ".join(map(camel_case, allowed))
        raise InvalidArgument(
            f"updateMask: Name one or more of {possible}, with commas between them.",
            fields={"updateMask": f"Not possible here: {', '.join(sorted(unknown))}."},
        )
    return names
