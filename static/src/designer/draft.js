// Keeps a draft on the server as the person draws: saved a moment after each change, in order,
// never over somebody else's newer text.
//
//   saved ──change──► changed ──wait──► saving ──► saved
//                                         │ no answer ──► unsaved ──retry──► saving
//                                         └ newer revision there ──► moved ──rebase──► changed

import { debounce } from "../lib/page.js";

const WAIT_MS = 900;
const RETRY_MS = 5000;

export class Draft {
  /**
   * @param {{revision: number, base?: string, read: () => Promise<string> | string,
   *   send: (body: {content: string, revision: number}, options?: object) => Promise<object>,
   *   show: (state: string, detail?: object) => void, wait_ms?: number, retry_ms?: number}} parts
   */
  constructor({ revision, base = "", read, send, show, wait_ms = WAIT_MS, retry_ms = RETRY_MS }) {
    this.revision = revision;
    /** The text of `revision`: what the person goes on from. */
    this.base = base;
    this.state = "saved";
    this._read = read;
    this._send = send;
    this._show = show;
    this._retry_ms = retry_ms;
    this._later = debounce(() => this.save(), wait_ms);
    this._running = null;
    this._turn = 0;
    this._savedTurn = 0;
  }

  /** Something was drawn. */
  changed() {
    this._turn += 1;
    if (this.state === "moved") return;
    this._enter("changed");
    this._later();
  }

  get isSaved() {
    return this._savedTurn === this._turn;
  }

  /** The present text. */
  read() {
    return this._read();
  }

  /** Save now and wait until everything drawn so far is stored; true when it is. */
  async save(options) {
    while (!this.isSaved && this.state !== "moved") {
      this._running ??= this._saveOnce(options).finally(() => (this._running = null));
      if (!(await this._running)) return false;
    }
    return this.isSaved;
  }

  /** Go on from a newer text of the server, which the editor shows now; saves what is left to save. */
  rebase(revision, base, { isSaved }) {
    this.revision = revision;
    this.base = base;
    if (!isSaved) {
      this._turn += 1;
      this._enter("changed");
      return this.save();
    }
    this.forget();
    this._enter("saved");
    return true;
  }

  /** What was drawn here is kept elsewhere, or not wanted: the window may close. */
  forget() {
    this._savedTurn = this._turn;
  }

  async _saveOnce(options) {
    const turn = this._turn;
    this._enter("saving");
    try {
      const content = await this._read();
      const answer = await this._send({ content, revision: this.revision }, options);
      this.revision = answer.revision;
      this.base = content;
      this._savedTurn = turn;
      if (turn === this._turn) this._enter("saved", answer);
      return true;
    } catch (error) {
      if (error.name !== "Problem") throw error;
      this._fail(error);
      return false;
    }
  }

  _fail(error) {
    if (error.error === "DraftMoved") {
      this._enter("moved", { message: error.message });
      return;
    }
    this._enter("unsaved", { message: error.message });
    // What the server refuses for itself is not asked again unchanged.
    if (error.status === 0 || error.status >= 500 || error.status === 429) setTimeout(() => this.save(), this._retry_ms);
  }

  _enter(state, detail = {}) {
    this.state = state;
    this._show(state, detail);
  }
}
