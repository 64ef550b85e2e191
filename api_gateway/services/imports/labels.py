"""The words of the programs for their classes, reasons and areas, as a list may say them."""

from collections.abc import Mapping

from activities.adapters.files.roster.cells import as_code
from api_gateway.services.programs import programs
from domain.rules.program_file import ProgramFile


def codes_by_label(association: str, program: str) -> Mapping[str, str]:
    """Return the code for each label of a program in any of its languages, the label read as a code.

    Without a program, all of the association count. A label of two codes means none.
    """
    found: dict[str, set[str]] = {}
    for name, file in programs().items():
        if file.association == association and program in ("", name):
            for label, code in _labels(file):
                found.setdefault(label, set()).add(code)
    return {label: next(iter(codes)) for label, codes in found.items() if len(codes) == 1}


def classes_of(association: str, language: str) -> dict[str, str]:
    """Return the classes of membership that the programs of an association know, with their words."""
    found: dict[str, str] = {}
    for file in programs().values():
        if file.association == association:
            known = (*file.rules.eligibility.mentee_classes, *file.rules.matching.mentor_classes)
            found |= {code: file.label(code, language) for code in known if code not in found}
    return dict(sorted(found.items()))


def _labels(file: ProgramFile) -> list[tuple[str, str]]:
    eligibility = file.rules.eligibility
    codes = (
        *eligibility.reasons,
        *eligibility.areas,
        *eligibility.mentee_classes,
        *file.rules.matching.mentor_classes,
    )
    return [(as_code(file.label(code, language)), code) for code in codes for language in file.languages]


def regions_by_words(regions: Mapping[str, str]) -> dict[str, str]:
    """Return the code of a region for its name in the form that codes are read in."""
    names: dict[str, list[str]] = {}
    for code, name in regions.items():
        names.setdefault(as_code(name), []).append(code)
    return {name: codes[0] for name, codes in names.items() if len(codes) == 1 and name not in regions}
