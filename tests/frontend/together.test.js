// Who else is at a draft, in words; and a draft that goes on from a newer text.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Draft } from "../../static/src/designer/draft.js";
import { byPerson, sentence } from "../../static/src/designer/presence.js";
import { Problem } from "../../static/src/lib/http.js";

globalThis.document = { querySelector: () => null };

const person = (name, is_editing = false, is_me = false) => ({ name, is_editing, is_me });

test("a person with two windows is one, and edits when one of them does", () => {
  const people = byPerson([person("Ada"), person("Grace"), person("Grace", true)]);

  assert.deepEqual(people, [person("Grace", true), person("Ada")]);
});

test("it is said who is there", () => {
  assert.equal(sentence([]), "");
  assert.equal(sentence([person("Ada", true)]), "Ada is editing");
  assert.equal(sentence([person("Ada")]), "Ada is looking");
  assert.equal(sentence([person("Ada"), person("Grace")]), "Ada and 1 more are here");
  assert.equal(sentence([person("Grace", false, true)]), "Open in another window of yours");
});

test("what was refused over a newer text is saved on it once both are put together", async () => {
  const moved = new Problem("newer", { status: 409, error: "DraftMoved" });
  const answers = [moved, { revision: 4 }];
  const sent = [];
  const draft = new Draft({
    revision: 1,
    base: "a",
    read: () => "mine",
    send: async (body) => {
      sent.push(body);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    show: () => {},
    wait_ms: 5,
  });

  draft.changed();
  await draft.save();
  assert.deepEqual([draft.state, draft.base], ["moved", "a"]);
  await draft.rebase(3, "theirs", { isSaved: false });

  assert.deepEqual(sent.map(({ revision }) => revision), [1, 3]);
  assert.deepEqual([draft.state, draft.revision, draft.base, draft.isSaved], ["saved", 4, "mine", true]);
});

test("whoever takes the other text has nothing left to save", async () => {
  const draft = new Draft({ revision: 1, read: () => "mine", send: async () => ({ revision: 9 }), show: () => {}, wait_ms: 5000 });
  draft.changed();

  draft.rebase(3, "theirs", { isSaved: true });

  assert.deepEqual([draft.isSaved, draft.revision, draft.base], [true, 3, "theirs"]);
});
