"""The eight stages of a relationship, a room each, or a folder where several things happen in one stage.

A room has its commands, its events, ``COMMANDS`` and ``EVENTS``, the functions ``decide``, ``evolve`` and, where it
says something to somebody, ``notices``, and last its ``ROOM``. Its values are in ``parts``. It changes the shared state
by ``replace`` and asks no other room.
"""
