"""An office whose pages lack their sheets and scripts says so at once, with the command that brings them."""

from pathlib import Path

import pytest

from api_gateway.pages import static
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses


@pytest.mark.parametrize("which", [{"gateway": True, "door": False}, {"gateway": False, "door": True}])
async def test_the_gateway_and_the_door_do_not_start_without_the_files_of_pages(
    which: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static, "are_there", lambda: False)
    with pytest.raises(StartFailed) as failed:
        async with OfficeProcesses.temporary(workers=False, **which):
            raise AssertionError("it started")
    assert str(failed.value) == (
        "The sheets and scripts of the pages are missing in api_gateway/static/vendor. `./deploy/demo` brings them, or "
        "`python -m deploy.vendor_pages`."
    )


def test_the_files_are_there_once_they_were_fetched(tmp_path: Path) -> None:
    assert not static.are_there(tmp_path)
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "integrity.json").write_text("{}")
    assert static.are_there(tmp_path)
