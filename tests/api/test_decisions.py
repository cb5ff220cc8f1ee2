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
