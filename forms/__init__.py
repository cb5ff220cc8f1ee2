"""Forms: what a person is asked, and whether the answers are valid."""

from forms.lint import Problem, check

__all__ = ["Problem", "check"]
