"""How each item of a batch went: google.rpc.Status.

The trap: the ``code`` in here is google.rpc's number, while the one at the top of an
error is HTTP's. A success has none; clients compare its message.
"""

from rest_framework import serializers

from photos_api.messages import Reply
from photos_api.problems import Problem

SUCCESS = {"message": "Success"}
CODES = {
    "INVALID_ARGUMENT": 3,
    "NOT_FOUND": 5,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
}


class Status(Reply):
    """Success, or what went wrong with this item alone."""

    code = serializers.IntegerField(default=None)
    message = serializers.CharField()
    details = serializers.ListField(child=serializers.DictField(), default=None)


def told(problem: Problem) -> dict[str, object]:
    """The refusal of one item, as it stands among its neighbours."""
    code = CODES[problem.status]
    return {"code": code, "message": problem.message, "details": problem.details}
