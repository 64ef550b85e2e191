"""What `mentorflow import --help` says. Each command is the last of its paragraph, so that it can be pasted."""

from __future__ import annotations

from typing import Final

from activities.adapters.files.roster.columns import COLUMNS

CLEARED: Final = ", ".join(
    dict.fromkeys(name for columns in COLUMNS.values() for name, each in columns.items() if each.clears)
)
"""The fields that a list can empty."""
HELP: Final = "\n\n".join(
    (
        "Bring lists of people, memberships, mentors and applications into the office.",
        "Nothing changes before you say yes. First you see what each row would do: it adds somebody new, changes or "
        "moves somebody, changes nothing, or is refused. A row that is refused must be corrected in the file; you are "
        "told the row, the reason and what may be written there. What is unclear becomes a question: whether two rows "
        "are one person, what an unknown word means, which column is which. Your answers about columns and words are "
        "remembered, so next month's list goes through without them.",
        "At a question, press Enter to take what is proposed. Write ? to see what each answer means, back to return to "
        "the question before, and list to see all of a long list. If rows are refused or questions stay open, you are "
        "asked whether to take over the rest.",
        "Your lists can stay as they are: comma, semicolon or tab, Excel workbooks, headings of your own, a title line "
        f"on top. An empty cell changes nothing. The word clear empties {CLEARED}; other fields cannot be "
        "emptied. The member number (column key) says who somebody is: keep it the same in every list. Memberships, "
        "mentors and applications can be sent alone once the people in them are known.",
        "To begin with an empty list: mentorflow import --template people",
        "To see what would change: mentorflow import FOLDER --term 2026-27 --preview",
        "To see it, be asked, and take it over: mentorflow import FOLDER --term 2026-27",
        "A monthly list with all active members: mentorflow import members.xlsx --association CODE --complete active",
        "Who is missing from such a list may have lapsed, which means that the membership has ended. You are shown who "
        "it is and who of them mentors now, and asked once for the day on which all of these memberships ended, or "
        "about one after the other. Nobody lapses before a person has said so, at the question or in an answers file; "
        "the option --yes never does. With --without questions, whoever is not answered for keeps the membership.",
        "You can also answer in a file: --write-answers FILE writes it with all questions, you correct it, and "
        "--answers FILE reads it.",
        "What the office knows, as a list to correct and import again (also memberships or mentors): "
        "mentorflow export people",
        "Two entries are one person: mentorflow send people/NUMBER/same-as "
        """--body '{"other": "OTHER-NUMBER", "answer": "same"}'""",
        """Somebody left: mentorflow send people/NUMBER/left --body '{"day": "2026-06-30"}'""",
        'An entry is wrong as a whole: mentorflow send people/NUMBER/withdraw --body \'{"reason": "never_was"}\'',
        "All other corrections: mentorflow send --help",
        "If you stop before you take an import over, it is kept for 24 hours with your answers. Its id is printed "
        "where it stops. To go on with it: mentorflow import --continue ID",
        "If a list was wrong, correct it and import it again.",
        "The token says who you are: that of a coordinator, for the regions she serves, or of an administrator. Set "
        "MENTORFLOW_TOKEN, or give --token.",
        "For scripts: it ends with 0 if all went well, with 1 if a row is refused, with 3 if a question is open.",
    )
)
