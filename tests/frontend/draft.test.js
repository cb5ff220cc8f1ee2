// A draft is stored in order, again after a failure, and never over a newer text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { Draft } from "../../static/src/designer/draft.js";
import { Problem } from "../../static/src/lib/http.js";

function bench({ answers = [] } = {}) {
  const sent = [];
  const states = [];
  const text = { now: "a" };
  const draft = new Draft({
    revision: 1,
    read: () => text.now,
    send: async (body) => {
      sent.push(body);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      await answer;
      return { revision: body.revision + 1 };
    },
    show: (state) => states.push(state),
    wait_ms: 5,
    retry_ms: 5,
  });
  return { draft, sent, states, text };
}

test("what was drawn is saved a moment later, once", async () => {
  const { draft, sent, states } = bench();

  draft.changed();
  draft.changed();
  await pause(30);

  assert.deepEqual(sent, [{ content: "a", revision: 1 }]);
  assert.deepEqual(states, ["changed", "changed", "saving", "saved"]);
  assert.ok(draft.isSaved);
});

test("what is drawn while a save is under way is saved after it, on its revision", async () => {
  let arrive;
  const { draft, sent, text } = bench({ answers: [new Promise((resolve) => (arrive = resolve))] });

  draft.changed();
  const saved = draft.save();
  await pause(1);
  text.now = "b";
  draft.changed();
  arrive();

  assert.equal(await saved, true);
  assert.deepEqual(sent.map(({ content, revision }) => [content, revision]), [["a", 1], ["b", 2]]);
});

test("a server that is away is asked again", async () => {
  const { draft, sent, states } = bench({ answers: [new Problem("away")] });

  draft.changed();
  await pause(60);

  assert.equal(sent.length, 2);
  assert.ok(states.includes("unsaved"));
  assert.equal(draft.state, "saved");
});

test("a draft that went on elsewhere is never saved over", async () => {
  const moved = new Problem("moved", { status: 409, error: "DraftMoved" });
  const { draft, sent } = bench({ answers: [moved] });

  draft.changed();
  await pause(20);
  draft.changed();
  await pause(20);

  assert.equal(sent.length, 1);
  assert.equal(draft.state, "moved");
  assert.equal(await draft.save(), false);
});

test("what the server refuses for itself is not sent again by itself", async () => {
  const { draft, sent } = bench({ answers: [new Problem("too large", { status: 413 })] });

  draft.changed();
  await pause(40);

  assert.equal(sent.length, 1);
  assert.equal(draft.state, "unsaved");
});
