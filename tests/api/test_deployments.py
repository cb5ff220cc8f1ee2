from tests.api.drawings import APPROVAL, APPROVAL_FORM, BROKEN, FORM_WITHOUT_KEY, PLAIN


def test_files_that_belong_together_are_deployed_together(analyst):
    response = analyst.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)

    assert response.status_code == 201
    assert {(one["kind"], one["key"], one["version"]) for one in response.json["definitions"]} == {
        ("process", "approval", 1),
        ("form", "approval", 1),
    }
    assert response.json["id"]


def test_identical_files_are_no_new_version(analyst):
    first = analyst.deploy(plain_bpmn=PLAIN)

    again = analyst.deploy(plain_bpmn=PLAIN)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["definitions"] == first.json["definitions"]


def test_one_wrong_file_refuses_all_with_every_problem(analyst):
    response = analyst.deploy(plain_bpmn=PLAIN, broken_bpmn=BROKEN, keyless_form=FORM_WITHOUT_KEY)

    assert (response.status_code, response.json["error"]) == (422, "ModelRefused")
    problems = response.json["context"]["problems"]
    assert {problem["file"] for problem in problems if problem["severity"] == "error"} == {
        "broken.bpmn",
        "keyless.form",
    }
    assert not analyst.get("/process-definitions").json["items"]


def test_files_are_needed(analyst):
    for response in (
        analyst.post("/deployments", {"files": []}),
        analyst.send("POST", "/deployments"),
        analyst.send("POST", "/deployments", data={"other": "x"}),
        analyst.send("POST", "/deployments", data=b"x", content_type="multipart/form-data"),
    ):
        assert (response.status_code, response.json["error"]) == (422, "NotFiles")


def test_a_file_is_read_by_its_last_name_only(analyst):
    response = analyst.deploy(plain_exe=b"MZ")

    assert response.status_code == 422


def test_validating_names_the_verdict_of_each_file_and_stores_nothing(analyst):
    response = analyst.deploy(to="/validations", plain_bpmn=PLAIN, broken_bpmn=BROKEN)

    assert response.status_code == 200
    assert {file["file"]: file["verdict"] for file in response.json["files"]} == {
        "plain.bpmn": "runs",
        "broken.bpmn": "refused",
    }
    refused = next(file for file in response.json["files"] if file["verdict"] == "refused")
    assert set(refused["problems"][0]) == {"element", "rule", "severity", "message"}
    assert not analyst.get("/process-definitions").json["items"]


def test_only_those_who_may_deploy_do(associate, integrator):
    assert associate.deploy(plain_bpmn=PLAIN).status_code == 403
    assert integrator.deploy(to="/validations", plain_bpmn=PLAIN).status_code == 403
