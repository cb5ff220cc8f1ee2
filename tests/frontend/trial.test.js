// A test-run sends its moves from the start, keeps what was taken, and goes back by sending fewer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Session, describeMove } from "../../static/src/trial/session.js";

/** A server that takes all moves, or the first `takes`, and stops where it is told to. */
function bench({ takes = Infinity, ran = null } = {}) {
  const sent = [];
  const shown = [];
  const session = new Session({
    send: async (body) => {
      sent.push(structuredClone(body));
      const taken = Math.min(body.moves.length, takes);
      return { taken, last: { ...body.moves[taken - 1], ran } };
    },
    changed: (state, isNew) => shown.push([state?.taken ?? null, isNew]),
  });
  return { session, sent, shown };
}

test("each move is sent behind those before it, with how far they ran", async () => {
  const { session, sent } = bench({ ran: 3 });
  await session.begin({ variables: {} });
  await session.take({ complete: "review" });
  assert.deepEqual(sent[1].moves, [{ start: { variables: {} }, ran: 3 }, { step: { complete: "review" } }]);
});

test("what could not be taken is not kept", async () => {
  const { session } = bench({ takes: 1 });
  await session.begin({});
  await session.take({ complete: "nowhere" });
  assert.equal(session.moves.length, 1);
});

test("going back sends fewer moves, and nothing is animated", async () => {
  const { session, sent, shown } = bench();
  await session.begin({});
  await session.take({ complete: "a" });
  await session.take({ complete: "b" });
  await session.rewind(2);
  assert.equal(sent.at(-1).moves.length, 2);
  assert.deepEqual(shown.at(-1), [2, false]);
  await session.rewind(0);
  assert.deepEqual(shown.at(-1), [null, false]);
  assert.equal(session.isStarted, false);
});

test("a run goes to the next breakpoint, a step one element further", async () => {
  const { session, sent } = bench();
  session.breakpoints.add("decide");
  await session.begin({});
  await session.goOn({ isStep: true });
  session.isStepwise = true;
  await session.take({ clock: "P1D" });
  assert.deepEqual(
    sent.map(({ pace }) => pace),
    [{ breakpoints: ["decide"] }, { by_element: true }, { by_element: true }],
  );
});

test("moves are told in a few words", () => {
  const t = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const told = [{ start: {} }, { step: null }, { step: { service: "ask", fails: "down" } }, { step: { set: { a: 1, b: 2 } } }];
  assert.deepEqual(told.map((move) => describeMove(move, t)), ["Start", "Run on", "“ask” fails", "Change a, b"]);
});
