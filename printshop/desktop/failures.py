"""Everything that can go wrong, as a person is told it, and the exit status of each.

Failure            1   something failed; the sentence says what, and what to do
└─ Usage           2   asked for in a way that makes no sense
└─ SignInFirst     3   nobody is signed in, or no longer
└─ Denied          4   the person said no, or less than this needs
└─ Unreachable     5   a server does not answer, or not as it should
└─ TookTooLong     6   nobody answered in the browser
"""

DONE, INTERRUPTED = 0, 130


class Failure(Exception):
    """What happened, and what to do next."""

    status = 1


class Usage(Failure):
    """The command line makes no sense together with what is there."""

    status = 2


class SignInFirst(Failure):
    """There is no refresh token, or it is no longer good."""

    status = 3


class Denied(Failure):
    """The person did not allow it."""

    status = 4


class Unreachable(Failure):
    """A server cannot be reached, or speaks another language."""

    status = 5


class TookTooLong(Failure):
    """The person did not come back in time."""

    status = 6
