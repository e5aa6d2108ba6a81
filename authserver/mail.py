"""Letters to people, sent by the worker so that the time of an answer tells nothing.

A letter is a template: its first line is the subject, the rest the text. Links are
made when a letter is sent, so that none waits in a table. Text that strangers chose
is left out of what goes to an address nobody has confirmed.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_tasks import task

from authserver.models import User

CONFIRM_WITHIN = timedelta(days=3)
SALT = "authserver.mail.confirm"


@task
def ask_to_confirm(user_id: int) -> None:
    """A link to the address that is to be confirmed, old or new."""
    if user := User.objects.filter(pk=user_id, is_active=True).first():
        link = reverse("confirm_email", args=[confirmation(user)])
        _send("confirm", pending_address(user), link=settings.URL + link)


@task
def offer_new_password(user_ids: list[int]) -> None:
    """A link to each account of one address; to nobody if it is nobody's."""
    for user in User.objects.filter(pk__in=user_ids, is_active=True):
        token = default_token_generator.make_token(user)
        link = settings.URL + reverse("reset_password", args=[user.sub, token])
        _send("reset", user.email, link=link, username=user.get_username())


@task
def warn(letter: str, address: str) -> None:
    """Something important changed; whoever did not do it must learn of it."""
    _send(letter, address, start=settings.URL + reverse("forgotten"))


def confirmation(user: User) -> str:
    """What proves that a person read the letter: names them and the address."""
    return signing.dumps([str(user.sub), _stated(user)], salt=SALT)


def confirmed(token: str) -> User | None:
    """The person whose pending address this proves; None if it is another by now."""
    try:
        sub, stated = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    user = User.objects.filter(sub=sub, is_active=True).first()
    if user is None or _stated(user) != stated:
        return None
    return user


def pending_address(user: User) -> str:
    """The address that a letter must reach next."""
    return user.unconfirmed_email or user.email


def unconfirmed_address(user: User) -> str:
    """The address whose letter has not been answered, or ""."""
    waiting = user.unconfirmed_email or not user.email_verified
    return pending_address(user) if waiting else ""


def _stated(user: User) -> str:
    """The address without telling it: links are written to logs."""
    return salted_hmac(SALT, pending_address(user)).hexdigest()


def _send(letter: str, address: str, **context: Any) -> None:
    if not address:
        return
    text = render_to_string(f"mail/{letter}.txt", context)
    subject, _, body = text.partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [address])
