"""Back-channel logout: OIDC Back-Channel Logout §2."""


def send_due() -> int:
    """Placeholder."""
    return 0
