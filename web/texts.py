"""What the scripts of all pages say, in the reader's language; each English text is its own key."""

from flask import Flask
from flask_babel import gettext


def N_(text: str) -> str:  # noqa: N802 – the name that catalogues of texts look for
    """Mark a text for translation; it is translated when it is shown."""
    return text


#: Texts of static/src but for the designer's; a test compares them with the scripts.
TEXTS = (
    # Sending and fetching.
    N_("The server cannot be reached. Nothing was lost here; try again in a moment."),
    N_("The server answered {status}."),
    N_("The server answered {status}. Reload the page to see what is true now."),
    N_("The page is too old for this action. Reload it and try again."),
    N_("You are signed out. Sign in in another tab, then try again."),
    N_("You are not allowed to do this."),
    N_("This no longer exists."),
    N_("This is too large."),
    N_("Too many requests at once. Wait a moment and try again."),
    N_("The server is busy. Try again in a moment."),
    N_("In this browser somebody else is signed in by now."),
    N_("You are signed out."),
    N_("The server cannot be reached; try again in a moment."),
    N_("Nothing was sent: what you typed is still here."),
    N_("Sign in in a new tab, then send this again"),
    N_("Copied"),
    # Forms.
    N_("1 field needs a look"),
    N_("{count} fields need a look"),
    N_("Back"),
    N_("Next"),
    N_("Saved"),
    N_("Step"),
    N_("A file is still on its way. Wait a moment, then send again."),
    N_("Sending the file…"),
    N_("The file has arrived."),
    N_("Choose it again; everything else is kept."),
    N_("Step {place} of {count}: {name}"),
    N_("Not saved yet"),
    N_("What you typed is kept in this browser."),
    N_("This form was filled in in another window as well."),
    N_("Keep what is here"),
    N_("Take what is there"),
    N_("Sign in in a new tab"),
    # Lists that keep themselves up to date.
    N_("1 new task"),
    N_("{count} new tasks"),
    N_("Reload"),
    # Diagrams.
    N_("Process diagram"),
    N_("Waits at: {names}"),
    N_("Incident at: {names}"),
    N_("Zoom out"),
    N_("Zoom in"),
    N_("Fit"),
    N_("Fit the diagram to the window"),
    N_("This model has no diagram that can be drawn."),
    N_("1 token waits here"),
    N_("{count} tokens wait here"),
    N_("Incident: {message}"),
    N_("{count} incidents"),
    # Durations.
    N_("{n} year"),
    N_("{n} years"),
    N_("{n} month"),
    N_("{n} months"),
    N_("{n} week"),
    N_("{n} weeks"),
    N_("{n} day"),
    N_("{n} days"),
    N_("{n} hour"),
    N_("{n} hours"),
    N_("{n} minute"),
    N_("{n} minutes"),
    N_("{n} second"),
    N_("{n} seconds"),
)


def script_texts() -> dict[str, str]:
    """The texts that read differently in the reader's language."""
    wordings = {text: gettext(text) for text in TEXTS}
    return {text: wording for text, wording in wordings.items() if text != wording}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(script_texts=script_texts)
