// The newest copy is pasted, whichever tab made it and whatever the browser does with its clipboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { Copies } from "../../static/src/modeler/copies.js";

/** A browser's clipboard: `isShut` refuses, `isBlank` answers with nothing, `isStuck` never. */
function clipboard() {
  return {
    text: "",
    async writeText(text) {
      if (this.isStuck) await new Promise(() => {});
      if (this.isShut) throw new Error("not allowed");
      this.text = text;
    },
    async readText() {
      if (this.isStuck) await new Promise(() => {});
      if (this.isShut) throw new Error("not allowed");
      return this.isBlank ? "" : this.text;
    },
  };
}

/** As many tabs of one browser, over one clipboard. */
function tabs(system, count, patience) {
  const name = `copies ${Math.random()}`;
  const channels = Array.from({ length: count }, () => new BroadcastChannel(name));
  return { channels, copies: channels.map((channel) => new Copies(system, channel, patience)) };
}

async function close(channels) {
  for (const channel of channels) channel.close();
}

async function heard() {
  for (let count = 0; count < 5; count += 1) await turn();
}

test("a copy is pasted from the system's clipboard in another tab", async () => {
  const { channels, copies } = tabs(clipboard(), 2);
  copies[0].keep("one");
  await heard();
  assert.deepEqual(await copies[1].latest(), { text: "one", isOpen: true });
  await close(channels);
});

test("a clipboard that answers with nothing is made good by what was copied last", async () => {
  const system = clipboard();
  const { channels, copies } = tabs(system, 1);
  copies[0].keep("one");
  system.isBlank = true;
  assert.equal((await copies[0].latest()).text, "one");
  await close(channels);
});

test("a clipboard that never answers keeps nobody waiting", async () => {
  const system = clipboard();
  const { channels, copies } = tabs(system, 2, 5);
  copies[0].keep("old");
  await heard();
  system.isStuck = true;
  assert.deepEqual(await copies[1].latest(), { text: "old", isOpen: false });

  copies[0].keep("new");
  assert.equal((await copies[0].latest()).text, "new");
  system.isStuck = false;
  await heard();
  assert.equal((await copies[1].latest()).text, "new");
  await close(channels);
});

test("a newer copy of another tab wins, even where the clipboard is closed", async () => {
  const system = clipboard();
  const { channels, copies } = tabs(system, 2);
  copies[0].keep("old");
  await heard();
  copies[1].keep("new");
  await heard();
  assert.equal((await copies[0].latest()).text, "new");
  system.isShut = true;
  assert.deepEqual(await copies[0].latest(), { text: "new", isOpen: false });
  await close(channels);
});

test("a newer copy of another window of the system wins over what this browser remembers", async () => {
  const system = clipboard();
  const { channels, copies } = tabs(system, 1);
  copies[0].keep("old");
  await heard();
  system.text = "bpmn-js-clip----elsewhere";
  assert.equal((await copies[0].latest()).text, "elsewhere");
  await close(channels);
});

test("a copy that the clipboard refused is not hidden by an older one in it", async () => {
  const system = clipboard();
  const { channels, copies } = tabs(system, 2);
  copies[0].keep("old");
  await heard();
  system.isShut = true;
  copies[0].keep("new");
  await heard();
  system.isShut = false;
  assert.equal((await copies[0].latest()).text, "new");
  assert.equal((await copies[1].latest()).text, "new");
  await close(channels);
});

test("words that somebody copied elsewhere are no diagram", async () => {
  const system = clipboard();
  system.text = "words";
  const { channels, copies } = tabs(system, 1);
  assert.deepEqual(await copies[0].latest(), { text: "", isOpen: true });
  await close(channels);
});
