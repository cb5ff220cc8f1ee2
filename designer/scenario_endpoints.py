"""What the test-run calls about kept scenarios: earlier texts, thrown away, brought back. JSON."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.model import Json
from designer import bodies, drafts, scenario_texts, scenarios, thrown_scenarios
from designer.models import Draft
from designer.scenario_models import KeptScenario
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_scenarios", __name__, url_prefix="/designer")


@bp.get("/scenarios/<uuid:scenario_id>/texts")
@policy("design")
def show_texts(scenario_id: UUID) -> ResponseReturnValue:
    """What a scenario said before it was replaced: `{texts: [{id, at, by, content}]}`."""
    with reading() as session:
        found = scenario_texts.of_scenario(session, scenarios.get(session, scenario_id))
        people = people_names(session, [text.written_by for text in found])
        return {
            "texts": [
                {
                    "id": str(text.id),
                    "at": text.written_at.isoformat(),
                    "by": people[text.written_by],
                    "content": text.content,
                }
                for text in found
            ]
        }


@bp.post("/scenarios/<uuid:scenario_id>/restoration")
@policy("design")
def restore(scenario_id: UUID) -> ResponseReturnValue:
    """Go back to the earlier `{text}`; what the scenario says now becomes one."""
    try:
        text_id = UUID(bodies.text("text"))
    except ValueError as error:
        raise scenario_texts.TextNotFound from error
    with transaction() as session:
        kept = scenarios.get(session, scenario_id)
        scenario_texts.restore(session, kept, text_id, by=current_actor())
        return listed(session, [kept])[0], 201


@bp.delete("/scenarios/<uuid:scenario_id>")
@policy("design")
def throw_away(scenario_id: UUID) -> ResponseReturnValue:
    """Throw a scenario away: `{thrown}`, how many can be brought back now."""
    with transaction() as session:
        kept = thrown_scenarios.throw_away(session, scenario_id, by=current_actor())
        return {"thrown": thrown_scenarios.count(session, kept.process_key)}


@bp.get("/drafts/<uuid:draft_id>/thrown-scenarios")
@policy("design")
def show_thrown(draft_id: UUID) -> ResponseReturnValue:
    """What was thrown away of the process: `{scenarios: [{id, name, at, by, content}]}`."""
    with reading() as session:
        draft = drafts.get(session, draft_id, by=current_actor())
        found = thrown_scenarios.of_process(session, draft.key)
        people = people_names(session, [each.thrown_by for each in found if each.thrown_by])
        return {
            "scenarios": [
                {
                    **named(each),
                    "at": each.thrown_at and each.thrown_at.isoformat(),
                    "by": people.get(each.thrown_by or ""),
                    "content": each.content,
                }
                for each in found
            ]
        }


@bp.post("/scenarios/<uuid:scenario_id>/return")
@policy("design")
def bring_back(scenario_id: UUID) -> ResponseReturnValue:
    """Bring a scenario back that was thrown away; with `thrown`, how many still lie there."""
    with transaction() as session:
        kept = thrown_scenarios.bring_back(session, scenario_id, by=current_actor())
        told = listed(session, [kept])[0]
        return {**told, "thrown": thrown_scenarios.count(session, kept.process_key)}, 201


def urls(draft: Draft) -> dict[str, str]:
    """Where the editor of a process asks about scenarios that are kept."""
    return {
        "scenario_root": f"{bp.url_prefix}/scenarios",
        "thrown_scenarios": url_for("designer_scenarios.show_thrown", draft_id=draft.id),
    }


def listed(session: Session, kept: list[KeptScenario]) -> list[Json]:
    """Scenarios by id and name, with the number of their earlier texts."""
    counts = scenario_texts.counts(session, kept)
    return [{**named(each), "earlier": counts.get(each.id, 0)} for each in kept]


def named(kept: KeptScenario) -> Json:
    """`{id, name}` of a scenario."""
    return {"id": str(kept.id), "name": kept.name}
