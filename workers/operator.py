"""Who works on the machine: the account of the operating system, which events of the command line name."""

import os
import pwd


def account() -> str:
    """Return the name of the account under which this process runs; its number where it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
