"""The text of a cell and the value that it means, column by column."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

from activities.adapters.files.roster.columns import RosterColumn
from activities.adapters.files.roster.faults import one_line
from activities.adapters.mail.addresses import BadAddress, standard_address
from domain.hidden_signs import hidden_sign
from domain.languages import Language
from domain.people.identity import NORTH_AMERICAN
from domain.people.proposal.named import NAME_FOR_NUMBER
from domain.told import Told, told

CLEAR: Final = "clear"
"""The word that empties a field; an empty cell changes nothing."""
LONGEST_TEXT: Final = 120
PHONE: Final = r"[0-9+().\-/ ]{7,32}( ext\. [0-9]{1,8})?"
"""What a phone number may look like; it is only shown to people, and the software never dials it."""
_NO_PHONE: Final = frozenset(
    (
        "n/a",
        "n.a.",
        "na",
        "n. a.",
        "none",
        "no",
        "unknown",
        "-",
        "--",
        "---",
        "–",
        "—",
        "x",
        "?",
        "ninguno",
        "no tiene",
    )
)
"""What people write where there is no phone number: it says nothing, as a blank cell does."""
_NO_DISTRICT: Final = frozenset(("-", "--", "---", "–", "—", "n/a"))
_NO_WORDS: Final = frozenset[str]()
_PHONE: Final = re.compile(PHONE)
_ONLY_NUMBER: Final = re.compile(r"[0-9+().\-/ ]*")
_LONGEST_PHONE: Final = 120
_FEWEST_DIGITS: Final = 5
_WHOLE_PHONE: Final = 7
TWO_PHONES: Final = "two_phones"
"""The code of a cell that holds two phone numbers."""
_MOST_DIGITS: Final = 15
"""The most digits of a phone number, in every country."""
_BETWEEN_PHONES: Final = re.compile(
    r"[/;,|&\n]|\b(?:or|and|o|y)\b|(?<=[0-9]) +(?=\+|\([0-9]{3}\)|[0-9]{3}-[0-9]{3}-[0-9]{4})|"
    r"(?<=[0-9]{3}-[0-9]{4}) +(?=[0-9]{3}-[0-9]{4})|(?<=[0-9]{7}) +(?=[0-9]{7})"
)
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:\(?\s*(?:extension|extensión|ext|ex|x|int|interno|#)[.:]?\s*([0-9]{1,8})\s*\)?)$",
    re.IGNORECASE,
)
_WITH_NAME: Final = re.compile(r"(?:mailto:)([^\s<>,;:]+)|[^<>@]*<(?:mailto:)?([^\s<>,;:]+)>", re.IGNORECASE)
"""An address as a mail program copies it: Berit Lund <berit@post.example>."""
_SHORTENED: Final = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
"""A number that a spreadsheet has shortened."""
_PHONE_AMOUNT: Final = re.compile(r"([0-9]{7,15})[.,]0")
_NAME: Final = re.compile(r"[^\W\d_][^\d_@]{1,78}[^\W\d_]\.?")
_CODE: Final = re.compile(r"[a-z0-9_]{1,64}")
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LANGUAGES: Final = {
    "en": Language.EN, "eng": Language.EN, "english": Language.EN, "ingles": Language.EN,
    "es": Language.ES, "spa": Language.ES, "spanish": Language.ES, "espanol": Language.ES, "castellano": Language.ES,
}  # fmt: skip
_LANGUAGE_NAMES: Final = {Language.EN: "English", Language.ES: "Spanish"}
_ANSWERS: Final = {
    "yes": True, "y": True, "true": True, "t": True, "1": True, "si": True, "s": True, "verdadero": True,
    "no": False, "n": False, "false": False, "f": False, "0": False, "falso": False,
}  # fmt: skip
GARBLED: Final = "garbled"
"""The code of a text whose letters were garbled."""
_GARBLED: Final = re.compile(
    "[ÃÂ](?:[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013\u2014\u2020-\u203a€™]|[‘’‚“”„](?=[A-Za-z]))|\ufffd"
)
"""What a letter of UTF-8 becomes when a program takes it for Windows-1252: Ã© for é; and what stands for a lost one."""
_ERRORS: Final = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#+)")


class Cleared(Enum):
    """The value of a cell that says ``clear``: what was there goes."""

    CLEARED = "cleared"


class BadCell(ValueError):
    """A text that its column does not take."""

    def __init__(self, code: str, problem: Told, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem
        self.allowed = allowed


def cell_reader(column: RosterColumn) -> Callable[[str], Any]:
    """Return what reads the texts of a column's cells; dates are read by ``dates``.

    It raises ``BadCell`` for a text that the column does not take. A last name may be Clear; a member number has words
    of its own.
    """
    read = _READERS[column.reads]
    may_be_clear = column.name == "family_name"
    if read is standard_text and not column.clears and not may_be_clear:
        return read  # it knows errors of formulas and the word itself

    def value_of(text: str) -> Any:
        if text[:1] == "#" and _ERRORS.fullmatch(text):
            raise _not_computed()
        if text.casefold() == CLEAR:
            if column.clears:
                return Cleared.CLEARED
            if may_be_clear and text != CLEAR:
                return text
            if column.reads != "key":
                raise cannot_be_emptied(column.reads)
        return read(text)

    return value_of


def says_nothing(column: RosterColumn, text: str) -> bool:
    """Return whether a cell is as good as blank: it is, or says that there is no phone number or no district."""
    return not text or text.casefold() in blank_words(column)


def blank_words(column: RosterColumn) -> frozenset[str]:
    """Return the words in small letters that say nothing in a column, as a blank cell does."""
    if column.name == "district":
        return _NO_DISTRICT
    return _NO_PHONE if column.reads == "phone" else _NO_WORDS


def cannot_be_emptied(reads: str) -> BadCell:
    """Return what to say of a cell that would empty a field without which there is no person or record."""
    what = {
        "email": told("an_email_address", "An email address"),
        "day": told("this_date", "This date"),
    }.get(reads, told("this_field", "This field"))
    return BadCell(
        "cannot_be_emptied",
        told(
            "cannot_be_emptied",
            "{what} cannot be emptied with the word {clear}. Leave the cell empty to keep what the office has, or "
            "write what is right.",
            what=what,
            clear=CLEAR,
        ),
    )


def plain_letters(text: str) -> str:
    """Return a text in lower case without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def as_code(text: str) -> str:
    """Return the code that words mean: lower case, without accents, one underscore for what stands between them."""
    return re.sub(r"[^a-z0-9]+", "_", plain_letters(text)).strip("_")


def standard_text(text: str) -> str:
    """Return a name or another short text as the office keeps it, wherever it comes from.

    Raises:
        BadCell: A list could not hold it, or nobody could read it. In a list, the word ``clear`` empties a cell.
    """
    text = text.strip()
    if text.casefold() == CLEAR:
        raise cannot_be_emptied("text")
    return _readable(text)


def _readable(text: str) -> str:
    if len(text) <= LONGEST_TEXT and text[:1] != "#" and text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if _ERRORS.fullmatch(composed):
        raise _not_computed()
    if _GARBLED.search(composed):
        raise BadCell(
            GARBLED,
            told(
                "garbled",
                "Letters were garbled here when the text was saved in another code. Save the original list as “CSV "
                "UTF-8”, or write the text again.",
            ),
        )
    if fault := hidden_fault(composed):
        raise fault
    if len(composed) > LONGEST_TEXT:
        problem = told("too_long", "This is too long. Write at most {most} characters.", most=LONGEST_TEXT)
        raise BadCell("too_long", problem)
    return composed


def name_for_number(column: RosterColumn, text: str) -> BadCell | None:
    """Return what to say of a supervisor who is named and not numbered; None where the text is no name."""
    if column.name != "supervisor" or not _NAME.fullmatch(text):
        return None
    return BadCell(
        NAME_FOR_NUMBER,
        told(
            "name_for_number",
            "“{name}” is a name. Write the member number of the supervisor, and not the name.",
            name=text,
        ),
    )


def hidden_fault(text: str) -> BadCell | None:
    """Return what to say of a sign that nobody sees; None where the text holds none."""
    if "\n" in text or "\r" in text:
        return BadCell("line_break", told("line_break", "There is a line break here. Write it on one line."))
    if sign := hidden_sign(text):
        problem = told(
            "hidden_sign",
            "There is a character here that nobody sees: {sign}. Write the text again by hand.",
            sign=sign,
        )
        return BadCell("hidden_sign", problem)
    return None


def _not_computed() -> BadCell:
    return BadCell(
        "spreadsheet_error",
        told("spreadsheet_error", "The spreadsheet could not compute this value. Write the value itself."),
    )


def standard_key(text: str) -> str:
    """Return a member number as the office keeps it.

    Raises:
        BadCell: It is not one. Nor is the word ``clear``, which empties a cell of a list.
    """
    if text.casefold() != CLEAR and _KEY.fullmatch(text):
        return text
    if _SHORTENED.fullmatch(text):
        raise _shortened()
    raise BadCell(
        "bad_key",
        told(
            "bad_key",
            "A member number takes letters (a–z), digits, dot, dash and underscore only, at most 64, without spaces, "
            "and is not the word {clear}. Correct it.",
            clear=CLEAR,
        ),
    )


def _shortened() -> BadCell:
    return BadCell(
        "number_shortened",
        told(
            "number_shortened",
            "The spreadsheet shortened this number. Select the column, open Format Cells, choose Text, and write "
            "the numbers again.",
        ),
    )


def _read_keys(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(standard_key(part) for part in re.split(r"[\s,;|]+", text) if part))


def _read_email(text: str) -> str:
    """Return the address of a cell, without the name or the “mailto:” that a mail program copies with it."""
    match = _WITH_NAME.fullmatch(text)
    try:
        return standard_address(match[1] or match[2] if match else text)
    except BadAddress as bad:
        raise BadCell("bad_address", bad.problem) from None


def standard_phone(text: str) -> str:
    """Return a phone number in the office's form, its extension as `` ext. 12``.

    11 digits with nothing between them are what a spreadsheet makes of +1 and ten digits, which they become again.

    Raises:
        BadCell: It is no phone number.
    """
    text = text.lstrip("'’")  # a spreadsheet's sign that the cell is a text
    if _holds_two_phones(text):
        raise BadCell(
            TWO_PHONES,
            told(
                "two_phones", "There are two phone numbers here, and the office keeps one. Write one of them."
            ),
        )
    number, extension = " ".join(text[:_LONGEST_PHONE].replace("\u2011", "-").replace("–", "-").split()), ""
    if not _ONLY_NUMBER.fullmatch(number) and (match := _EXTENSION.search(number)):
        number, extension = number[: match.start()].strip(), f" ext. {match[1]}"
    if match := NORTH_AMERICAN.fullmatch(number):
        number = f"+1 ({match[1]}) {match[2]}-{match[3]}"
    phone = number + extension
    if len(text) < _LONGEST_PHONE and _PHONE.fullmatch(phone) and _digits(number) >= _FEWEST_DIGITS:
        return phone
    raise BadCell(
        "bad_phone",
        told(
            "bad_phone",
            "This is not a phone number. Write 7 to 32 digits, spaces and + ( ) . - / only, such as (218) 555-0101, or "
            "with an extension (218) 555-0101 ext. 12.",
        ),
    )


def _read_phone(text: str) -> str:
    """Return the phone number of a cell, without what a link or a saved amount adds to it."""
    if _SHORTENED.fullmatch(text):
        raise _shortened()
    if text[:4].casefold() == "tel:":
        text = text[4:].strip()
    match = _PHONE_AMOUNT.fullmatch(text)
    return standard_phone(match[1] if match else text)


def _holds_two_phones(text: str) -> bool:
    parts = [part for part in _BETWEEN_PHONES.split(text) if _digits(part) >= _WHOLE_PHONE]
    number = _EXTENSION.sub("", text) if len(text) < _LONGEST_PHONE else text
    return len(parts) > 1 or (_digits(number) > _MOST_DIGITS and _ONLY_NUMBER.fullmatch(number) is not None)


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _read_language(text: str) -> str:
    found = _LANGUAGES.get(plain_letters(text))
    if found is None:
        raise BadCell(
            "unknown_language",
            told("unknown_language", "The office does not write in this language."),
            tuple(f"{each.value} ({_LANGUAGE_NAMES[each]})" for each in Language),
        )
    return found.value


def _read_answer(text: str) -> bool:
    found = _ANSWERS.get(plain_letters(text))
    if found is None:
        problem = told("bad_answer", "This is neither yes nor no. Write one of them.")
        raise BadCell("bad_answer", problem, ("yes", "no"))
    return found


def _read_capacity(text: str) -> int:
    match = re.fullmatch(r"0*([0-9]{1,2})(?:\.0+)?", text)
    if match is None or int(match[1]) > 50:
        raise BadCell("bad_number", told("bad_number", "Write a whole number from 0 to 50."))
    return int(match[1])


def _read_code(text: str) -> str:
    code = as_code(_readable(text.strip()))
    if not _CODE.fullmatch(code):
        problem = told("bad_code", "Write the word in letters (a–z) and digits, at most 64 of them.")
        raise BadCell("bad_code", problem)
    return code


def _read_codes(text: str) -> tuple[str, ...]:
    return tuple(code_texts(text))


def code_texts(text: str) -> dict[str, str]:
    """Return the codes of a cell with the words that mean them."""
    parts = re.split(r"[,;|/]+", text) if re.search(r"[,;|/]", text) else text.split()
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, parts)):
        found.setdefault(_read_code(part), part)
    return found


def words_of(column: RosterColumn, text: str, value: Any) -> dict[str, str]:
    """Return the words of a cell whose value is another text, by what they became."""
    if column.reads in ("code", "key"):
        return {column.name: one_line(text)}
    if column.reads == "codes" and isinstance(value, tuple):
        return {f"{column.name}:{code}": one_line(part) for code, part in code_texts(text).items()}
    return {}


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "text": standard_text,
    "key": standard_key,
    "keys": _read_keys,
    "email": _read_email,
    "phone": _read_phone,
    "language": _read_language,
    "answer": _read_answer,
    "capacity": _read_capacity,
    "code": _read_code,
    "codes": _read_codes,
}
"""How the text of a cell is read, by what ``columns.toml`` says."""
