"""What a broken rule looks like."""


class RuleViolation(Exception):
    """A command that the rules forbid in this state.

    ``code`` is a stable noun phrase such as ``meeting_before_agreement``. Clients and pages read the code and never
    the message. ``field`` names the command's field that is to blame, if one is.
    """

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


def demand(condition: bool, code: str, *, field: str = "") -> None:
    """Raise ``RuleViolation(code)`` unless ``condition`` holds."""
    if not condition:
        raise RuleViolation(code, field=field)
