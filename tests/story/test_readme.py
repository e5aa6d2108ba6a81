"""The README's links lead somewhere, and what they name stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINKS = re.findall(r"\[([^\]]+)\]\(([^)#]+)\)", (ROOT / "README.md").read_text())


@pytest.mark.parametrize(("text", "target"), LINKS)
def test_a_link_leads_to_what_it_names(text: str, target: str) -> None:
    path = ROOT / target
    assert path.exists()
    if path.suffix == ".py":
        name = re.escape(text.strip("`"))
        assert re.search(rf"^ *(def|class) {name}\b", path.read_text(), re.MULTILINE)
