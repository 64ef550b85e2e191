"""The sessions of mentors and mentees, for the door: each is looked up by the hash of its cookie."""

from activities.adapters.postgres.facts.door_sessions import DoorSession, DoorSessionFacts

__all__ = ("DoorSession", "DoorSessionFacts")
