"""Names as Google's clients write them, and as we do."""

import re
from functools import lru_cache


def camel_case(name: str) -> str:
    """`page_size` as clients read it, `pageSize`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@lru_cache(1000)
def snake_case(name: str) -> str:
    """`pageSize` as we name it, `page_size`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name[:200]).lower()
