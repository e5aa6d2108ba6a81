"""The three projects meet only over HTTP: no imports, and no names in strings."""

import re

import pytest

from demo.projects import PROJECTS
from tests.story.town import ROOT


@pytest.mark.parametrize("project", [project.name for project in PROJECTS])
def test_a_project_has_never_heard_of_the_others(project: str) -> None:
    others = "|".join(other.name for other in PROJECTS if other.name != project)
    naming = re.compile(rf"\b({others})\b")
    for file in (ROOT / project).rglob("*.py"):
        assert not naming.search(file.read_text()), f"{file} names another project"
