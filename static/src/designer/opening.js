// What an editor asks the server for once it can be used: nobody waits for it before drawing.

import { isImported } from "./problems.js";

const WAIT_MS = 500;

/** @param {{problems, comments, presence}} parts of the open editor */
export function catchUp({ problems, comments, presence }) {
  whenIdle(() => {
    if (isImported()) problems.report();
    else problems.check();
    comments.refresh();
    presence.beat();
  });
}

/** Not every browser tells when it is idle. */
function whenIdle(run) {
  if (globalThis.requestIdleCallback) requestIdleCallback(run, { timeout: WAIT_MS });
  else setTimeout(run, WAIT_MS / 10);
}
