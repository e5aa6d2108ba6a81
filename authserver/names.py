"""Names of apps that people can tell apart: what cannot be seen is refused.

After Unicode's UTS #39: no invisible characters, and no scripts together that no
language writes together.
"""

import unicodedata

EAST_ASIAN = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that are empty
# Cyrillic and Greek letters that look like Latin ones, after casefold().
ALIKE = str.maketrans(
    "аеорсухіјѕһԁкмтвнοανρτικυχ",  # that is the point
    "aeopcyxijshdkmtbhoavptikux",
)


def tidy(name: str) -> str:
    """As it is stored: letters in their usual form, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def problem(name: str) -> str | None:
    """Why people could be deceived by this name, or None."""
    if any(unicodedata.category(c).startswith("C") or c in BLANK for c in name):
        return "No characters that cannot be seen."
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in name if c.isalpha()}
    if len(scripts) > 1 and not scripts <= EAST_ASIAN:
        return "Letters of one script only."
    return None


def looks(name: str) -> str:
    """Equal for names that look alike: without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if c.isalnum()).translate(ALIKE)
    return letters or name
