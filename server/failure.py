"""What a person is told when a command cannot do what it was called for."""


class Failure(Exception):
    """The command ends here; the text, mostly one line, is for the person who called it."""

    exit_code = 1


class Misconfigured(Failure):
    """A setting is wrong or missing."""

    exit_code = 2
