"""Citations are written one way, name known sections, and are shown on a page."""

import pytest

from tests.story import citations


@pytest.fixture(scope="module")
def found() -> dict[str, citations.Cited]:
    return citations.citations()


def test_every_cited_section_is_known(found: dict[str, citations.Cited]) -> None:
    unknown = sorted(found.keys() - citations.titles().keys())
    assert not unknown, f"add to tests/story/specifications.toml: {unknown}"


def test_every_known_section_is_cited(found: dict[str, citations.Cited]) -> None:
    unused = sorted(citations.titles().keys() - found.keys())
    assert not unused, f"remove from tests/story/specifications.toml: {unused}"


def test_nothing_only_looks_like_a_citation() -> None:
    wrong = citations.look_alikes()
    assert not wrong, "write RFC 7636 §4.6:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "text", ["rfc7636", "RFC7636 §4.6", "RFC-7636", "section 4.6", "Sec. 4.6", "§4.6"]
)
def test_look_alikes_are_recognised(text: str) -> None:
    rest = citations.CITATION.sub("", text)
    assert any(pattern.search(rest) for pattern in citations.LOOK_ALIKES)


@pytest.mark.parametrize(
    "text", ["RFC 7636 §4.6", "OIDC Core §3.1.3.7", "OIDC RP-Initiated Logout §3"]
)
def test_citations_are_recognised(text: str) -> None:
    assert citations.CITATION.fullmatch(text)


def test_a_marker_is_one_citation(found: dict[str, citations.Cited]) -> None:
    wrong = [name for name in found if not citations.CITATION.fullmatch(name)]
    assert not wrong


def test_the_page_is_current() -> None:
    advice = "run .venv/bin/python -m tests.story.citations --write"
    assert citations.PAGE.read_text() == citations.page(), advice
