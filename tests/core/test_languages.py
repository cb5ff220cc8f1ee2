from datetime import UTC, date, datetime

from core import languages, wording
from core.languages import Speech

AT = datetime(2026, 1, 5, 13, 5, tzinfo=UTC)
ENGLISH, GERMAN = Speech("en", "America/New_York"), Speech("de", "Europe/Berlin")


def test_english_and_german_are_offered_by_their_own_names():
    assert {each: languages.NAMES[each] for each in languages.offered()} == {
        "en": "English",
        "de": "Deutsch",
    }


def test_a_reader_is_spoken_to_in_their_language_by_their_clock():
    assert ENGLISH.gettext("Language") == "Language"
    assert GERMAN.gettext("Language") == "Sprache"
    assert GERMAN.gettext("%(hours)s h", hours=3) == "3 Std."
    assert (ENGLISH.day(date(2026, 1, 9)), GERMAN.day(date(2026, 1, 9))) == (
        "Jan 9, 2026",
        "09.01.2026",
    )
    assert ENGLISH.moment(AT) == "Mon, Jan 5, 2026, 08:05 EST"
    assert GERMAN.moment(AT) == "Mo., 5. Jan. 2026, 14:05 MEZ"
    assert Speech("de", "Asia/Kolkata").moment(AT) == "Mo., 5. Jan. 2026, 18:35 IST"


def test_a_stored_sentence_is_said_again_where_no_page_is():
    assert wording.say("This is required.", "de") == "Diese Angabe ist nötig."
    assert wording.say("This is required.", "en") == "This is required."
    assert wording.say("Enter at most 100,000 characters.", "de") == (
        "Bitte höchstens 100.000 Zeichen eingeben."
    )
