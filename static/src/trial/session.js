// A test-run: the moves the analyst made, and the state that the server's engine makes of them.
//
//   begin ──► take ──► take ──► …      each sends all moves; the server plays them from the start
//     ▲                 │ rewind(n): fewer of them
//     └──── restart ────┘ again(): the same ones, on the model as it is drawn now

export class Session {
  /** @param {{send: (body: object) => Promise<object>, changed: (state: object | null, fresh: boolean) => void}} parts */
  constructor({ send, changed }) {
    this._send = send;
    this._changed = changed;
    this.breakpoints = new Set();
    /** Whether each move runs one element only. */
    this.isStepwise = false;
    this.moves = [];
    this.state = null;
  }

  get isStarted() {
    return this.moves.length > 0;
  }

  restart() {
    this.moves = [];
    this.state = null;
    this._changed(null, false);
  }

  begin(start) {
    return this._play([{ start }]);
  }

  /** @param {object} step as a scenario has it */
  take(step) {
    return this._play([...this.moves, { step }]);
  }

  /** Run on from where it stopped, to the next breakpoint, or one element further. */
  goOn({ isStep = false } = {}) {
    return this._play([...this.moves, { step: null }], isStep);
  }

  /** Back to where it was after so many moves; none of them is the beginning. */
  rewind(count) {
    if (count <= 0) {
      this.restart();
      return Promise.resolve(null);
    }
    return this._play(this.moves.slice(0, count), false, false);
  }

  again() {
    return this.isStarted ? this._play(this.moves, false, false) : Promise.resolve(null);
  }

  async _play(moves, isStep = false, isNew = true) {
    const pace = isStep || this.isStepwise ? { by_element: true } : { breakpoints: [...this.breakpoints] };
    const state = await this._send({ moves, pace });
    const kept = moves.slice(0, state.taken);
    if (isNew && state.taken === moves.length) kept[kept.length - 1] = state.last;
    this.moves = kept;
    this.state = state;
    this._changed(state, isNew);
    return state;
  }
}

/**
 * A move in a few words, for the list to rewind by.
 *
 * @param {{start?: object, step?: object}} move
 * @param {(text: string, values?: object) => string} t the reader's wording
 * @param {(id: string) => string} nameOf what people call an element
 */
export function describeMove({ start, step }, t, nameOf = (id) => id) {
  if (start) return t("Start");
  if (!step) return t("Run on");
  const kind = Object.keys(WORDS).find((key) => key in step);
  return kind ? WORDS[kind](step, t, nameOf) : JSON.stringify(step);
}

const WORDS = {
  complete: (step, t, nameOf) => t("Complete “{name}”", { name: nameOf(step.complete) }),
  service: (step, t, nameOf) => t(answerWords(step), { name: nameOf(step.service) }),
  message: (step, t) => t("Message {name}", { name: step.message.name }),
  signal: (step, t) => t("Signal {name}", { name: step.signal.name }),
  clock: (step, t) => t("Move the clock: {time}", { time: step.clock }),
  set: (step, t) => t("Change {names}", { names: Object.keys(step.set).join(", ") }),
  choose: (step, t, nameOf) => t("Choose {flow}", { flow: Object.values(step.choose).map(nameOf).join(", ") }),
};

function answerWords(step) {
  if ("fails" in step) return "“{name}” fails";
  return "error" in step ? "“{name}” answers with an error" : "“{name}” answers";
}
