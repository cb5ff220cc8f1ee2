import pytest

from core.people import Actor
from core.permissions import NotAllowed
from engine import deployments
from engine.errors import DefinitionNotFound
from work import decisions

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="urn:test">
  <decision id="risk" name="Risk">
    <variable name="Risk" typeRef="string"/>
    <decisionTable hitPolicy="FIRST">
      <input id="i"><inputExpression typeRef="number"><text>score</text></inputExpression></input>
      <output id="o" name="risk" typeRef="string"/>
      <rule id="low"><inputEntry><text>&gt;= 600</text></inputEntry>
        <outputEntry><text>"low"</text></outputEntry></rule>
      <rule id="high"><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>"high"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def test_the_latest_version_of_a_decision_decides(session, grace):
    deployments.deploy(session, {"risk.dmn": TABLE}, by=grace)
    deployments.deploy(session, {"risk.dmn": TABLE.replace(b"600", b"700")}, by=grace)

    evaluation = decisions.evaluate(session, "risk", {"score": 650}, by=grace)

    assert evaluation.outputs == "high"
    assert evaluation.rules == (("high", 2),)


def test_a_decision_that_is_not_there_decides_nothing(session, grace):
    with pytest.raises(DefinitionNotFound):
        decisions.evaluate(session, "unknown", {}, by=grace)


def test_only_those_who_may_decide_do(session, ada):
    with pytest.raises(NotAllowed):
        decisions.evaluate(session, "risk", {}, by=ada)


def test_a_version_is_asked_for_by_its_number(session, grace):
    deployments.deploy(session, {"risk.dmn": TABLE}, by=grace)
    deployments.deploy(session, {"risk.dmn": TABLE.replace(b"600", b"700")}, by=grace)

    assert decisions.evaluate(session, "risk", {"score": 650}, by=grace, version=1).outputs == "low"
    assert decisions.evaluate(session, "risk", {"score": 650}, by=grace).outputs == "high"
    with pytest.raises(DefinitionNotFound):
        decisions.evaluate(session, "risk", {"score": 650}, by=grace, version=3)


def test_each_evaluation_is_kept_and_the_log_of_the_server_tells_ids_only(session, grace, caplog):
    caplog.set_level("INFO", logger="work.decisions")
    deployments.deploy(session, {"risk.dmn": TABLE}, by=grace)

    decisions.evaluate(session, "risk", {"score": 650}, by=grace)

    [kept] = decisions.find(session, "risk", by=grace)
    assert (kept.key, kept.version, kept.by) == ("risk", 1, "grace")
    assert kept.decision["inputs"] == {"score": 650}
    assert (kept.decision["outputs"], kept.decision["rules"]) == ("low", [["low", 1]])
    [record] = caplog.records
    assert record.evaluation == str(kept.id)
    assert not {"650", "low"} & {str(value) for value in vars(record).values()}
    assert not {"inputs", "outputs", "rules"} & vars(record).keys()


def test_an_integrator_sees_its_own_evaluations_only(session, grace):
    crm = Actor("crm", frozenset({"integrator"}), frozenset(), "token")
    deployments.deploy(session, {"risk.dmn": TABLE}, by=grace)
    for actor in (grace, crm, grace):
        decisions.evaluate(session, "risk", {"score": 650}, by=actor)

    assert [kept.by for kept in decisions.find(session, "risk", by=crm)] == ["crm"]
    newest, *rest = decisions.find(session, "risk", by=grace)
    assert decisions.find(session, "risk", by=grace, after=newest.id) == rest


SERVICE = TABLE.replace(
    b"</definitions>",
    b"""<inputData id="score" name="score"><variable name="score" typeRef="number"/></inputData>
    <decisionService id="assess" name="Assess"><outputDecision href="#risk"/>
    <inputData href="#score"/></decisionService></definitions>""",
).replace(
    b"<decisionTable ",
    b"""<informationRequirement><requiredInput href="#score"/></informationRequirement>
    <decisionTable """,
)


def test_a_decision_service_is_deployed_and_asked_like_a_decision(session, grace):
    deployments.deploy(session, {"risk.dmn": SERVICE}, by=grace)

    assert decisions.evaluate(session, "assess", {"score": 650}, by=grace).outputs == "low"
