"""What columns are called on the screen: as on the pages, beside their codes."""

import tomllib

from activities.adapters.files.roster.columns import COLUMNS
from api_gateway.pages.words import WORDS
from tests.workers.cli.imports.office import HEADINGS, Office, Run
from workers.cli.imports.column_words import COLUMN_WORDS


def test_the_command_calls_columns_as_the_pages_do() -> None:
    words = tomllib.loads((WORDS / "imports" / "en.toml").read_text("utf-8"))["columns"]
    names = {name for columns in COLUMNS.values() for name in columns} | {"nothing"}
    assert {name: words[name] for name in names} == COLUMN_WORDS


def test_columns_have_words_beside_their_codes_and_an_answer_names_what_is_read(run: Run) -> None:
    asked = {
        **HEADINGS,
        "problem": "list.csv: Are these right? “Member ID” as key; “Tel” as phone. If not, answer.",
    }
    ended = run(Office([asked], [], question=1), "--preview")
    assert "“Member ID” as key (member number); “Tel” as phone. If not, answer." in ended.output
    assert "  Columns: key (member number), phone, nothing (not read)" in ended.output.splitlines()
    done = run(Office([{**asked, "answer": "yes"}], [], changed=1), "--preview")
    line = "  list.csv, headings of the list of people: yes (Member ID = key; Fax = nothing)"
    assert line in done.output.splitlines()
    assert "write back where you are asked" not in done.output, "nobody is asked in a preview"
    assert "If one is wrong, answer it otherwise in a file for --answers" in done.output
