"""What lies behind a base URL, asked of the database in one statement.

Written by hand: pictures are asked for more than anything else, and to have Django put
this together would take longer than all the rest of the answer.
"""

from dataclasses import dataclass
from typing import Self

from photos_api.access_tokens import AccessToken
from photos_api.base_urls import BaseURL
from photos_api.models import Original
from photos_api.prepared import planned_cursor

QUESTION = """
SELECT photo.owner_id, photo.filename,
    original.sha256, original.mime_type, original.byte_size,
    original.width, original.height, original.is_placeless
FROM photos_api_photo photo
JOIN photos_api_original original ON original.sha256 = photo.original_id
JOIN photos_api_person owner ON owner.id = photo.owner_id
WHERE photo.id = %s AND photo.deleted_at IS NULL
"""
OWNED = "AND owner.iss = %s AND owner.sub = %s"
LENT = """AND NOT EXISTS (SELECT 1 FROM photos_api_withdrawal withdrawal
WHERE withdrawal.owner_id = photo.owner_id AND withdrawal.client_id = %s)"""

TOLD = ("sha256", "mime_type", "byte_size", "width", "height", "is_placeless")


@dataclass(frozen=True, slots=True)
class Behind:
    """A photo that may be given out."""

    photo_id: str
    owner_id: int
    filename: str
    original: Original  # as far as anybody needs it here

    @classmethod
    def find(cls, base_url: BaseURL, token: AccessToken | None) -> Self | None:
        """The photo, if it is there and the token, if any, is its owner's.

        Without a token, if its app still has access as far as we were told.
        """
        if token is None:
            sql, values = QUESTION + LENT, [base_url.client_id]
        else:
            sql, values = QUESTION + OWNED, [token.iss, token.sub]
        with planned_cursor() as cursor:
            cursor.execute(sql, [base_url.photo_id, *values])
            row = cursor.fetchone()
        if row is None:
            return None
        owner_id, filename, *told = row
        original = Original(**dict(zip(TOLD, told, strict=True)))
        return cls(base_url.photo_id, owner_id, filename, original)
