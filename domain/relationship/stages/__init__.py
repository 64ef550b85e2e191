"""One room per stage: its part of the state, its commands, its events, its rules, its deadlines.

Each room has ``COMMANDS`` and ``EVENTS`` and the functions ``decide``, ``evolve`` and, where deadlines do more than
climb a ladder, ``on_due``. Rooms change the shared state by ``replace`` and never open another room's part.
"""
