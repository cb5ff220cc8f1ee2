from api import openapi
from web.policies import policy_of


def test_the_description_is_open_to_everybody(client):
    response = client.get("/api/v1/openapi.json")

    assert response.status_code == 200
    assert response.json["openapi"].startswith("3.1")
    assert response.json["info"]["title"] == "Back Office"


def test_every_route_is_described_with_its_failures(app, client):
    paths = client.get("/api/v1/openapi.json").json["paths"]

    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            written = rule.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                operation = paths[written][method.lower()]
                assert {"401", "403", "404", "422", "429"} <= set(operation["responses"])


def test_a_tag_is_named_once():
    names = [tag["name"] for tag in openapi.description()["tags"]]

    assert names[:3] == ["Deployments", "Process definitions", "Process instances"]
    assert len(set(names)) == len(names)


def test_every_post_takes_an_idempotency_key():
    for operations in openapi.description()["paths"].values():
        if "post" in operations:
            names = [parameter["name"] for parameter in operations["post"]["parameters"]]
            assert "Idempotency-Key" in names


def test_every_route_of_the_api_has_a_policy(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("api.", "openapi.", "health.")):
            assert policy_of(app.view_functions[rule.endpoint]), rule


def test_the_page_needs_no_other_host(client):
    response = client.get("/api/docs")

    assert response.status_code == 200
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for mark in ("https://", "http://", "<script>", " style=", " onclick="):
        assert mark not in response.text
    assert "/api/v1/user-tasks/{task_id}/completion" in response.text
