"""What people do around a task: drafts, comments, files, views, notifications."""

from dataclasses import replace
from io import BytesIO

import pytest

from core.db import transaction
from core.people import SYSTEM, add_person
from tests.api.drawings import PLAIN

BILL = b"%PDF-1.7 the bill"


@pytest.fixture
def task(administrator):
    administrator.deploy(plain_bpmn=PLAIN)
    instance = administrator.post("/process-instances", {"key": "plain"}).json
    (found,) = administrator.get("/user-tasks", instanceId=instance["id"]).json["items"]
    return found


def send(caller, path, data=BILL, name="bill.pdf", field="file", **options):
    return caller.send("POST", path, data={field: (BytesIO(data), name)}, **options)


def test_the_type_of_a_text_names_its_character_set_once(associate, task):
    added = send(
        associate, f"/process-instances/{task['instanceId']}/files", b"gr\xc3\xbcn", "a.txt"
    )

    with associate.get(f"/files/{added.json['id']}/content") as content:
        assert content.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_draft_is_kept_for_its_person_and_goes_on_from_its_revision(associate, call, task):
    path = f"/user-tasks/{task['id']}/draft"
    assert associate.get(path).status_code == 404

    first = associate.put(path, {"answers": {"a": 1}, "revision": 0})
    assert (first.status_code, first.json["revision"]) == (200, 1)
    late = associate.put(path, {"answers": {"a": 2}, "revision": 0})
    assert (late.status_code, late.json["error"]) == (409, "DraftElsewhere")
    assert associate.get(path).json["answers"] == {"a": 1}
    assert call("associate", name="other").get(path).status_code == 404
    assert associate.put(path, {"answers": {"a": "x" * 600_000}}).status_code == 413
    assert associate.delete(path).status_code == 204
    assert associate.get(path).status_code == 404


def test_a_comment_tells_who_is_named_and_they_see_it(app, associate, call, task):
    with transaction() as session:
        add_person(session, "bob", roles=["associate"], by=SYSTEM)
    path = f"/process-instances/{task['instanceId']}/comments"

    added = associate.post(path, {"text": "@bob look", "userTaskId": task["id"]})

    assert (added.status_code, added.json["mentions"], added.json["leftOut"]) == (201, ["bob"], [])
    (listed,) = associate.get(path).json["items"]
    assert (listed["text"], listed["userTaskId"]) == ("@bob look", task["id"])
    assert associate.post(path, {"text": ""}).status_code == 422
    bob = call("associate", name="bob")
    (told,) = bob.get("/notifications").json["items"]
    assert (told["kind"], told["by"], told["readAt"]) == ("mention", "a associate", None)
    assert bob.send("PUT", "/notifications/reading").status_code == 204
    assert bob.get("/notifications").json["items"][0]["readAt"] is not None


def test_a_file_is_checked_kept_fetched_and_removed(associate, call, task):
    path = f"/process-instances/{task['instanceId']}/files"

    added = send(associate, path)
    assert (added.status_code, added.json["mediaType"]) == (201, "application/pdf")
    assert [each["id"] for each in associate.get(path).json["items"]] == [added.json["id"]]
    file = f"/files/{added.json['id']}"
    with associate.get(f"{file}/content") as content:
        assert (content.data, content.headers["Content-Security-Policy"][:7]) == (BILL, "sandbox")
    assert associate.get(file).json["size"] == len(BILL)
    assert call("associate", name="other").delete(file).status_code == 403
    assert associate.delete(file).status_code == 204
    assert associate.get(f"{file}/content").status_code == 404


def test_files_that_are_too_large_or_no_document_are_refused(app, associate, task):
    path = f"/process-instances/{task['instanceId']}/files"
    app.extensions["config"] = replace(app.extensions["config"], max_file_bytes=1_000)

    assert send(associate, path, b"%PDF-1.7" + b"x" * 1_000).status_code == 413
    assert send(associate, path, b"MZ\x90\x00" + b"\x00" * 200, "tool.exe").status_code == 422
    assert send(associate, path, field="other").json["error"] == "NotOneFile"
    assert associate.post(path, {}).status_code == 422


def test_a_file_is_held_for_a_form(associate, call):
    held = send(associate, "/files")

    assert (held.status_code, held.json["instanceId"]) == (201, None)
    assert call("associate", name="other").get(f"/files/{held.json['id']}").status_code == 404


def test_a_file_that_is_sent_again_with_its_key_is_the_same(associate, task):
    path = f"/process-instances/{task['instanceId']}/files"

    sent = [send(associate, path, headers={"Idempotency-Key": "bill-1"}) for _ in range(2)]

    assert [each.status_code for each in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert len(associate.get(path).json["items"]) == 1


def test_views_are_kept_shared_and_let_go(call):
    ada = call("associate", name="ada", groups=("billing",))
    bob = call("associate", name="bob", groups=("billing",))

    kept = ada.post("/saved-views", {"name": "Late", "asked": {"due": "late"}, "group": "billing"})

    assert (kept.status_code, kept.json["owner"]) == (201, "ada")
    (seen,) = bob.get("/saved-views").json["items"]
    assert (seen["name"], seen["asked"], seen["group"]) == ("Late", {"due": "late"}, "billing")
    path = f"/saved-views/{kept.json['id']}"
    assert bob.delete(path).status_code == 404
    assert ada.post("/saved-views", {"name": "x", "asked": {}, "group": "it"}).status_code == 403
    assert ada.delete(path).status_code == 204
    assert bob.get("/saved-views").json["items"] == []


def test_the_mail_of_the_day_is_chosen(associate):
    path = "/notification-digest"
    assert associate.get(path).json == {"hour": None, "zone": "UTC", "nextAt": None}

    chosen = associate.put(path, {"hour": 7, "zone": "Europe/Berlin"})

    assert (chosen.json["hour"], chosen.json["zone"]) == (7, "Europe/Berlin")
    assert associate.get(path).json["nextAt"] is not None
    assert associate.put(path, {"hour": 24}).status_code == 422
    assert associate.put(path, {"hour": 7, "zone": "Nowhere"}).json["error"] == "HourInvalid"
    assert associate.put(path, {"hour": None}).json["nextAt"] is None


def test_tasks_are_dated_by_their_leaders(call, operator, task):
    body = {"tasks": [task["id"]], "dueAt": "2027-01-01T12:00:00Z", "why": "Agreed"}

    assert operator.post("/user-task-due-dates", body).json["done"] == [task["id"]]
    assert operator.get(f"/user-tasks/{task['id']}").json["dueAt"] == "2027-01-01T12:00:00Z"
    assert call("associate").post("/user-task-due-dates", body).status_code == 403
