"""What the page for uploading says of a complete list: of which classes and regions everybody is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from api_gateway.office import Office
from api_gateway.pages.people import own_regions
from api_gateway.services.imports.labels import classes_of
from api_gateway.services.visitor import Visitor
from domain.people.proposal.lists import Complete

CLASSES: Final = "complete"
REGIONS: Final = "complete_region"
"""The names of the boxes: one for each class, and for each region."""
Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteChoices:
    """The boxes for the classes and the regions of which a list is complete."""

    classes: Items
    regions: Items

    @property
    def chosen(self) -> bool:
        """Whether a box is chosen already."""
        return any(each["checked"] for each in (*self.classes, *self.regions))


async def complete_choices(
    office: Office, visitor: Visitor, association: str, chosen: Complete
) -> CompleteChoices:
    """Return the boxes, as they were ``chosen``; without an association there is nothing to choose from."""
    classes = classes_of(association, visitor.language)
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    return CompleteChoices(
        classes=_items(classes, chosen.classes),
        regions=_items(regions, chosen.regions) if len(regions) > 1 else (),
    )


def complete_of(form: FormData) -> Complete:
    """Return of what somebody says that a list is complete; of nothing where no box is chosen."""
    return Complete(
        classes=tuple(map(str, form.getlist(CLASSES))), regions=tuple(map(str, form.getlist(REGIONS)))
    )


def _items(words: Mapping[str, str], chosen: Sequence[str]) -> Items:
    return [{"value": code, "text": text, "checked": code in chosen} for code, text in words.items()]
