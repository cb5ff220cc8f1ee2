"""Replays over the API: what a pipeline asks before it deploys."""

from tests.api.drawings import APPROVAL, APPROVAL_FORM


def replayed(user, drawing, **query):
    asked = "&".join(f"{name}={value}" for name, value in {"key": "approval", **query}.items())
    return user.deploy(to=f"/replays?{asked}", approval_bpmn=drawing, approval_form=APPROVAL_FORM)


def test_cases_are_played_again_on_the_files_and_nothing_is_stored(analyst, administrator):
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    started = administrator.post("/process-instances", {"key": "approval", "businessKey": "A-1"})
    assert started.status_code == 201

    same = replayed(analyst, APPROVAL)
    changed = replayed(analyst, APPROVAL.replace(b"approve", b"other_task"))

    assert (same.status_code, same.json["cases"], same.json["same"]) == (200, 1, 1)
    [difference] = changed.json["differences"]
    assert difference["kind"] == "way"
    assert [case["businessKey"] for case in difference["cases"]] == ["A-1"]


def test_who_may_not_check_files_may_not_replay_cases(integrator):
    assert replayed(integrator, APPROVAL).status_code == 403


def test_limits_are_kept(analyst):
    assert replayed(analyst, APPROVAL, cases=0).status_code == 422
    assert replayed(analyst, APPROVAL, days=1000).status_code == 422
