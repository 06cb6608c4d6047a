"""That a person has to sign in, and what they need for it. Source: RFC 8628."""

from dataclasses import dataclass, field

from okta_mcp.okta.errors import CredentialsRefused

__all__ = ["Invitation", "SignInNeeded"]


@dataclass
class Invitation:
    """What a person needs to sign in.

    Args:
        address: where to.
        user_code: what to enter there.
        device_code: what the server asks with meanwhile.
        expires: when both end, epoch seconds by Okta's clock.
        interval: seconds between two questions.
        next_question: when the next may be asked, by the same clock.
    """

    address: str
    user_code: str
    device_code: str = field(repr=False)
    expires: float
    interval: float
    next_question: float


class SignInNeeded(CredentialsRefused):
    """Nobody is signed in yet; the text says where to."""

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation
        super().__init__(
            "authorization_pending",
            "Nobody is signed in.",
            f"open {invitation.address} and enter the code {invitation.user_code}, then try again",
            status=400,
        )
        self.message = (
            f"Nobody is signed in. Open {invitation.address} and enter the code {invitation.user_code}, then try again."
        )
