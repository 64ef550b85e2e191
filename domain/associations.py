"""The association of a person: rights of its staff end at its regions and its people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """An association by its code, with the codes of its regions; one without a code has no region and no people."""

    code: str = ""
    regions: tuple[str, ...] = ()
