"""A child of the embedded stack that does not answer is named with what this run of it wrote, and nothing older."""

import sys
from pathlib import Path

import pytest

from workers.embedded.stack.process import Child, StartFailed, clean_environment


def child(folder: Path, program: str) -> Child:
    return Child(
        name="The gateway",
        command=[sys.executable, "-c", program],
        log=folder / "gateway.log",
        environment={},
        folder=folder,
    )


async def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("program", "said"), [("print('cannot bind')", "cannot bind"), ("", "it wrote nothing")]
)
async def test_what_an_earlier_run_wrote_is_not_told(tmp_path: Path, program: str, said: str) -> None:
    (tmp_path / "gateway.log").write_text("shutdown of yesterday\n")
    started = child(tmp_path, program)
    await started.start()
    with pytest.raises(StartFailed) as raised:
        await started.ready(never)
    assert str(raised.value).startswith(f"The gateway ended with code 0: {said} (whole log: ")


async def test_who_runs_and_does_not_answer_is_given_up_in_the_end(tmp_path: Path) -> None:
    started = child(tmp_path, "import time; time.sleep(60)")
    await started.start()
    with pytest.raises(StartFailed, match="The gateway did not answer within 0 s: it wrote nothing"):
        await started.ready(never, seconds=0.2)
    await started.stop()
    assert started.pid is None


def test_a_child_gets_no_settings_of_its_caller_and_keeps_its_compiled_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MENTORFLOW_DEMO", "true")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    environment = clean_environment(MENTORFLOW_SETTINGS="here")
    assert environment["MENTORFLOW_SETTINGS"] == "here"
    assert environment["LANG"] == "C.UTF-8"
    assert "MENTORFLOW_DEMO" not in environment
    assert "PYTHONDONTWRITEBYTECODE" not in environment
