"""Mentors and mentees as the door looks them up: by the token or the calendar address that came with a request."""

from activities.adapters.postgres.facts.calendar_addresses import ParticipantCalendarFacts
from activities.adapters.postgres.facts.tokens import ParticipantTokenFacts

__all__ = ("ParticipantCalendarFacts", "ParticipantTokenFacts")
