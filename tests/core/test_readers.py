from dataclasses import replace

import pytest

from core import calendars, readers
from core.calendars import Wanted
from core.languages import Speech
from core.people import SYSTEM, PersonNotFound, add_person, get_person
from core.readers import LanguageUnknown


@pytest.fixture
def people(session):
    add_person(session, "ada", roles=["associate"], email="Ada@Example.org", by=SYSTEM)
    add_person(session, "bob", roles=["associate"], display_name="Bob Ray", by=SYSTEM)


def test_a_language_is_chosen_once_for_all_and_must_be_there(session, people, ada, olga):
    readers.choose(session, "de", by=ada)

    assert get_person(session, "ada").language == "de"
    readers.choose(session, None, by=ada)
    assert get_person(session, "ada").language is None
    with pytest.raises(LanguageUnknown, match="There is no language tlh here; there are: en, de"):
        readers.choose(session, "tlh", by=ada)
    with pytest.raises(PersonNotFound):
        readers.choose(session, "de", by=olga)


def test_people_are_written_to_in_their_language_else_in_that_of_the_installation(
    session, people, ada, app, config
):
    readers.choose(session, "de", by=ada)
    assert readers.speeches(session, ["bob", "ada"]) == {"bob": Speech("en"), "ada": Speech("de")}

    app.extensions["config"] = replace(config, language="de")
    get_person(session, "ada").language = "en"

    assert readers.speeches(session, ["bob", "ada"]) == {"bob": Speech("de"), "ada": Speech("en")}
    get_person(session, "ada").language = "tlh"
    assert readers.speeches(session, ["ada", "a token"]) == {
        "ada": Speech("de"),
        "a token": Speech("de"),
    }


def test_their_clock_is_that_of_their_own_calendar_else_of_the_office(session, people, root):
    assert readers.speeches(session, ["bob"])["bob"].zone == "UTC"
    week = ((("09:00", "17:00"),),) * 7
    calendars.put(session, "office", Wanted(zone="Europe/Berlin", week=week), by=root)
    ada = Wanted(based_on="office", person="ada", zone="Asia/Kolkata")
    calendars.put(session, "of_ada", ada, by=root)
    calendars.put(session, "of_bob", Wanted(based_on="office", person="bob"), by=root)

    zones = {name: each.zone for name, each in readers.speeches(session, ["ada", "bob"]).items()}

    assert zones == {"ada": "Asia/Kolkata", "bob": "Europe/Berlin"}


def test_an_address_is_written_to_as_the_person_who_has_it(session, people, ada):
    readers.choose(session, "de", by=ada)

    assert readers.speech_at(session, "ada@example.org") == Speech("de")
    assert readers.speech_at(session, "crm@example.org") == Speech("en")


def test_people_are_called_as_they_are_shown(session, people):
    assert readers.shown_names(session, ["bob", "eve"]) == {"bob": "Bob Ray"}
