"""What the techniques say to people: strings marked for translation, and refusals in one sentence."""


def N_(message: str) -> str:
    """Mark a string for translation where Django may not be imported; pages translate it when shown."""
    return message


class Refused(Exception):
    """Something cannot be done: the message says what is wrong, where, and the remedy.

    It names places (file, line, column, parameter) and never repeats the personal data found there.
    """
