"""The eight stages of a relationship, one room each, or a folder if several things happen in one stage.

A room has its commands, its events, ``COMMANDS`` and ``EVENTS``, the functions ``decide``, ``evolve`` and, if it sends
any, ``notices``, and last its ``ROOM``. Its values are in ``parts``. It changes the shared state with ``replace`` and
uses no other room.
"""
