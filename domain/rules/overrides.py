"""What a region sets in place of the program: the fields that it names, and the resulting rules (MASA-2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.codec import from_plain, to_plain
from domain.rules.program import Rules


def override_paths(own: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Return the key paths of the fields that an override sets."""
    for key, value in own.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and not {"every", "unit"} & value.keys():
            yield from override_paths(value, here)
        else:
            yield here


def apply_overrides(rules: Rules, own: Mapping[str, Any]) -> Rules:
    """Return the rules with a region's own fields; raises ``CodecError`` if they do not fit."""
    return from_plain(Rules, _merge(to_plain(rules), own), strict=True)


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merge(below, value) if both and below is not None else value
    return merged
