"""How long history is kept, over HTTP."""

from tests.build import process


def test_operators_say_how_long_a_process_is_kept_and_see_how_much_would_go(
    administrator, operator, analyst
):
    administrator.deploy(p_bpmn=process("p").end())

    put = operator.put("/retention-policies/p", {"days": 30})
    lists = ("/retention-policies", "/retention-preview")
    [listed, preview] = [operator.get(path).json["items"] for path in lists]
    assert [operator.get(path).json["next"] for path in lists] == [None, None]

    assert (put.status_code, put.json["days"], put.json["changedBy"]) == (200, 30, "a operator")
    assert [each["key"] for each in listed] == ["p"]
    assert preview == [{"key": "p", "days": 30, "cases": 0, "entries": 0, "oldest": None}]
    assert operator.delete("/retention-policies/p").status_code == 204
    assert operator.delete("/retention-policies/p").status_code == 404
    assert operator.put("/retention-policies/p", {"days": 0}).status_code == 422
    assert operator.put("/retention-policies/nobody", {"days": 1}).status_code == 404
    assert analyst.get("/retention-policies").status_code == 403
