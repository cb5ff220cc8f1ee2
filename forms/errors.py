"""What can be wrong with a form, and with the answers to one."""

from core.errors import Conflict, Invalid, TooLarge


class FormUnreadable(Invalid):
    """This is not a form: {reason}"""


class FormInvalid(Invalid):
    """Some answers are not valid."""


class FormTooLarge(TooLarge):
    """A form takes at most {limit} answers; these are {size}."""


class FormOutdated(Conflict):
    """This form was changed since you opened it. Look your answers over, then send them again."""
