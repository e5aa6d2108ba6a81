"""What a person calls a browser, read from its User-Agent: enough to know one's own.

The header says what its sender likes: it is shown to its owner, and decides nothing.
"""

PROGRAMS = (  # the first that is found: they carry their ancestors' names too
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)
HELD_IN_A_HAND = ("iPhone", "iPad", "Android")


def name(user_agent: str) -> str:
    """Such as "Firefox on Linux"."""
    program = next((name for mark, name in PROGRAMS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if program and system:
        return f"{program} on {system}"
    return program or (f"A browser on {system}" if system else "An unknown browser")


def is_held_in_a_hand(user_agent: str) -> bool:
    """A phone or a tablet, for the picture beside its name."""
    return any(mark in user_agent for mark in HELD_IN_A_HAND)
