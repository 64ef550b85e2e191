"""Whether a round of housekeeping is needed: the question names every list that a round works through."""

import inspect

from sqlalchemy.dialects import postgresql

from activities.adapters.postgres.backlog import (
    claims,
    commands,
    new_contacts,
    person_changes,
    reachable_readers,
    starts,
    what_is_left,
)
from activities.adapters.postgres.facts import terms


def test_every_list_of_the_backlog_is_asked_about() -> None:
    asked = str(what_is_left.anything_left().compile(dialect=postgresql.dialect()))
    lists = [
        made
        for module in (claims, commands, new_contacts, person_changes, reachable_readers, starts, terms)
        for name, made in vars(module).items()
        if hasattr(made, "cache_info") and not name.startswith("_") and made.__module__ == module.__name__
    ]
    assert len(lists) == 10
    used = inspect.getsource(what_is_left)
    assert [made.__name__ for made in lists if f"{made.__name__}()" not in used] == []
    assert asked.count("EXISTS (SELECT") >= len(lists)
