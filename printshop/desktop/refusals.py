"""What the two services say when they refuse, as a person is told it."""

from printshop import wire
from printshop.desktop.failures import Denied, Failure, Unreachable

OK = range(200, 300)
BUSY = {429, 503}


def demand_success(answer: wire.Answer) -> dict[str, object]:
    """The JSON of an answer that went well; raises Failure for any other."""
    try:
        document = answer.json()
    except wire.Unreachable as error:
        raise Unreachable(f"{error}. Is the address right?") from error
    if answer.status in OK:
        return document
    raise refusal(answer, document)


def refusal(answer: wire.Answer, document: dict[str, object]) -> Failure:
    """The failure for what was refused."""
    told = sentence(document) or f"The service answered {answer.status}."
    if answer.status in BUSY:
        wait = answer.headers.get("Retry-After", "")
        when = f"in {wait} seconds" if wait.isdecimal() else "later"
        return Failure(f"{told} Try again {when}.")
    if answer.status == 403:  # noqa: PLR2004
        return Denied(told)
    return Failure(told)


def sentence(document: dict[str, object]) -> str:
    """Google's shape of an error, or that of RFC 9457 §3; empty if it is neither."""
    match document:
        case {"error": {"message": str(message)}}:
            return message
        case {"detail": str(detail), "errors": [*errors]}:
            more = [told for told in map(_of_field, errors) if told not in detail]
            return " ".join([detail.lstrip("/"), *more])
        case {"detail": str(detail)}:
            return detail
    return ""


def _of_field(error: object) -> str:
    match error:
        case {"pointer": str(pointer), "detail": str(detail)}:
            return f"{pointer.removeprefix('#/')}: {detail}"
    return ""
