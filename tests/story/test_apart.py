"""The three projects meet only over HTTP: no imports, and no names in strings."""

import re

import pytest

from demo.projects import PROJECTS
from tests.story.town import ROOT

# What the shop's comparison of its clients says of the authorization server's code.
MENTION = re.compile(r'"authserver/[a-z_/]+\.py:[\w.]+"')


@pytest.mark.parametrize("project", [project.name for project in PROJECTS])
def test_a_project_has_never_heard_of_the_others(project: str) -> None:
    others = "|".join(other.name for other in PROJECTS if other.name != project)
    naming = re.compile(rf"\b({others})\b")
    for file in (ROOT / project).rglob("*.py"):
        text = file.read_text()
        if file.is_relative_to(ROOT / "printshop" / "doors"):
            text = MENTION.sub("", text)
        assert not naming.search(text), f"{file} names another project"
