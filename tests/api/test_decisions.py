from tests.work.test_decisions import TABLE


def test_a_decision_is_evaluated(analyst, integrator):
    assert analyst.deploy(risk_dmn=TABLE).status_code == 201

    response = integrator.post("/decisions/risk/evaluations", {"variables": {"score": 650}})

    assert response.status_code == 200
    assert response.json == {
        "outputs": {"risk": "low"},
        "rules": [{"id": "low", "index": 1}],
        "warnings": [],
    }


def test_a_decision_that_is_not_there_is_404(analyst):
    assert analyst.post("/decisions/unknown/evaluations").status_code == 404


def test_a_version_is_asked_by_its_number_and_what_was_decided_is_listed(analyst, integrator):
    analyst.deploy(risk_dmn=TABLE)
    analyst.deploy(risk_dmn=TABLE.replace(b"600", b"700"))

    def ask(**more):
        body = {"variables": {"score": 650}, **more}
        return integrator.post("/decisions/risk/evaluations", body)

    assert ask(version=1).json["outputs"] == {"risk": "low"}
    assert ask(version=2).json["outputs"] == ask().json["outputs"] == {"risk": "high"}
    assert ask(version=3).status_code == 404
    for beyond in (0, 2**63, 1e308):
        assert "version" in ask(version=beyond).json["context"]["fields"]
    listed = integrator.get("/decisions/risk/evaluations", limit=2).json
    assert [each["version"] for each in listed["items"]] == [2, 2]
    assert listed["items"][0]["inputs"] == {"score": 650}
    rest = integrator.get("/decisions/risk/evaluations", after=listed["next"]).json
    assert [(each["version"], each["outputs"]) for each in rest["items"]] == [(1, "low")]


def test_a_date_may_be_given_as_text(analyst, integrator):
    since = (
        TABLE.replace(b'typeRef="number"', b'typeRef="date"')
        .replace(b"&lt; 600", b'&lt; date("2021-01-01")')
        .replace(b"&gt;= 600", b'&gt;= date("2021-01-01")')
    )
    assert analyst.deploy(risk_dmn=since).status_code == 201

    response = integrator.post(
        "/decisions/risk/evaluations", {"variables": {"score": "2021-06-01"}}
    )

    assert (response.json["outputs"], response.json["warnings"]) == ({"risk": "low"}, [])
