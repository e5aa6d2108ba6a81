"""Letters on a terminal: the words, without the HTML that says them again."""

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """What a demonstration prints instead of sending."""

    def write_message(self, message: EmailMessage) -> None:
        """To whom, about what, and the words."""
        to = ", ".join(message.recipients())
        head = f"To: {to}\nSubject: {message.subject}\n"
        self.stream.write(f"{head}\n{message.body}\n{'-' * 72}\n")
