// The newest copy, wherever it was made.
//
//   keep ──► the system's clipboard ──► latest, in any window
//      └───► memory of every tab ─────► latest, when the clipboard gives nothing of ours, could not
//                                       be written, or does not answer

const PREFIX = "bpmn-js-clip----";
/** How long the system's clipboard is waited for, in milliseconds: whoever pastes is waiting. */
const PATIENCE = 1500;

export class Copies {
  /**
   * @param {{readText: () => Promise<string>, writeText: (text: string) => Promise<void>} | undefined} system
   *   the browser's clipboard; none on an unsafe address
   * @param {BroadcastChannel} channel between the tabs
   * @param {number} patience how long the system's clipboard is waited for, in milliseconds
   */
  constructor(system, channel, patience = PATIENCE) {
    this._system = system;
    this._patience = patience;
    this._channel = channel;
    /** The last copy any tab told of, and whether the system took it. */
    this._last = { text: "", isWritten: true };
    channel.onmessage = ({ data }) => (this._last = data);
  }

  /** Keep a copy for every tab. */
  keep(text) {
    const copy = { text, isWritten: true };
    this._last = copy;
    this._channel.postMessage(copy);
    this._writing = this._write(copy);
  }

  /** The newest copy, "" for none; `isOpen` tells whether the system's clipboard could be read. */
  async latest() {
    await this._writing;
    const { text, isOpen } = await this._read();
    const isOurs = text.startsWith(PREFIX);
    if (isOurs && this._last.isWritten) return { text: text.slice(PREFIX.length), isOpen };
    return { text: this._last.text, isOpen };
  }

  async _write(copy) {
    try {
      await this._inTime(this._system.writeText(PREFIX + copy.text));
    } catch {
      copy.isWritten = false;
      if (this._last === copy) this._channel.postMessage(copy);
    }
  }

  async _read() {
    try {
      return { text: await this._inTime(this._system.readText()), isOpen: true };
    } catch {
      return { text: "", isOpen: false };
    }
  }

  /** What is promised, or a refusal when it takes too long. */
  _inTime(promised) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(reject, this._patience);
      promised.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
