import pytest

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


def test_each_evaluation_is_logged(session, grace, caplog):
    caplog.set_level("INFO", logger="work.decisions")
    deployments.deploy(session, {"risk.dmn": TABLE}, by=grace)

    decisions.evaluate(session, "risk", {"score": 650}, by=grace)

    [record] = caplog.records
    assert (record.key, record.version, record.inputs) == ("risk", 1, {"score": 650})
    assert (record.outputs, record.rules) == ("low", [["low", 1]])
