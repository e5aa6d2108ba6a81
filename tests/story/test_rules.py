"""Every rule is kept by code that is there and shown by a test, or says why not yet."""

import pytest

from tests.story import citations, rules

RULES = rules.rules()


def test_the_page_is_current() -> None:
    advice = "run .venv/bin/python -m tests.story.rules --write"
    assert rules.PAGE.read_text() == rules.page(), advice


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_shown_by_a_test_or_says_why_not(rule: rules.Rule) -> None:
    shown = rules.tests().get(rule.name, [])
    assert bool(shown) != bool(rule.later), shown
    assert bool(rule.code) != bool(rule.later)


@pytest.mark.parametrize(
    "reference", sorted({code for rule in RULES.values() for code in rule.code})
)
def test_what_a_rule_names_is_there(reference: str) -> None:
    file, _, name = reference.partition(":")
    assert name in rules.names_in(file)


def test_a_marker_names_a_rule() -> None:
    assert rules.tests().keys() <= RULES.keys()


def test_a_rule_is_named_once() -> None:
    named = [rule.name for group in rules.groups() for rule in group.rules]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "source", sorted({source for rule in RULES.values() for source in rule.sources})
)
def test_a_source_is_written_like_every_citation(source: str) -> None:
    asvs = source.startswith("ASVS V")
    assert asvs or citations.CITATION.fullmatch(source)
