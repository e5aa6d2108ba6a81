"""The README's links lead somewhere, and the functions they name stand there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINKS = re.findall(r"\[([^\]]+)\]\(([^)#]+)\)", (ROOT / "README.md").read_text())


@pytest.mark.parametrize("target", sorted({target for _, target in LINKS}))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize(
    ("text", "target"),
    sorted(
        {link for link in LINKS if link[0].startswith("`") and link[1].endswith(".py")}
    ),
)
def test_a_link_to_a_function_names_one_that_is_there(text: str, target: str) -> None:
    name = re.escape(text.strip("`"))
    source = (ROOT / target).read_text()
    assert re.search(rf"^ *(def|class) {name}\b", source, re.MULTILINE)
