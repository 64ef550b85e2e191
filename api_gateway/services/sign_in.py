"""What a sign-in at the provider leads to: a session, a request to be let in, or the word that somebody may not."""

from collections.abc import Collection
from dataclasses import dataclass

from activities.adapters.postgres.writes.sessions import SessionWrites
from activities.adapters.postgres.writes.sign_in import SignInWrites


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is at the provider. Name and address are what the provider says, and prove nothing."""

    issuer: str
    subject: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a sign-in has led to: ``token`` of a session, else why there is none.

    ``choice`` is the secret by which the sender of a request says for which of several associations it is.
    """

    token: str = ""
    why_not: str = ""
    choice: str = ""


async def arrive(
    writes: SignInWrites,
    sessions: SessionWrites,
    identity: Identity,
    *,
    invitation: str,
    associations: Collection[str],
) -> Arrival:
    """Begin the session of whom an identity is tied to; one that is tied to nobody becomes a request."""
    tie = await writes.tied(identity.issuer, identity.subject)
    if tie is None and invitation:
        tie = await writes.accept(invitation, identity.issuer, identity.subject)
        if tie is None:
            return Arrival(why_not="invitation")
    if tie is not None and tie.waits:
        return Arrival(why_not="waits")
    if tie is not None:
        token = await sessions.begin(tie.person, tie.id)
        return Arrival(token=token) if token else Arrival(why_not="no_role")
    only = next(iter(associations)) if len(associations) == 1 else ""
    asked = await writes.ask(
        identity.issuer, identity.subject, name=identity.name, email=identity.email, association=only
    )
    if asked.refused:
        return Arrival(why_not="refused")
    return Arrival(why_not="asked", choice="" if asked.association else asked.secret)
