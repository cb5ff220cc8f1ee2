// News of the desk: one stream for all tabs of this browser, held by one of them. Where there can be
// none (too many desks, an old proxy), the page asks now and then instead.
//
//   tab ──lock──▶ holds the stream ──channel──▶ the other tabs
//         ╰─ waits for the lock: it gets the stream when the holder is closed

import { tellUnread } from "./unread.js";

const AGAIN_MS = 60_000;
const ASK_MS = 15_000;

/**
 * @param {string} url of the stream
 * @param {(news: {tasks?: string[], cases?: string[], many?: boolean, list?: boolean, notice?: boolean, unknown?: boolean}) => void} tell
 *   called with what changed; `unknown` means that anything may have
 */
export function listen(url, tell) {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("desk") : null;
  const hear = (news) => {
    if (news.notice) tellUnread();
    tell(news);
  };
  channel?.addEventListener("message", ({ data }) => hear(data));
  const hold = () => new Promise(() => open(url, (news) => (hear(news), channel?.postMessage(news))));
  if (navigator.locks) navigator.locks.request("desk stream", hold);
  else hold();
}

/** Open the stream; whenever it was away for a while, anything may have changed. */
function open(url, tell) {
  const source = new EventSource(url);
  let wasOpen = false;
  source.addEventListener("open", () => {
    if (wasOpen) tell({ unknown: true });
    wasOpen = true;
  });
  source.addEventListener("change", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    // The browser itself opens a stream again that broke; one that was refused is closed.
    if (source.readyState !== EventSource.CLOSED) return;
    const asking = setInterval(() => tell({ unknown: true }), ASK_MS);
    setTimeout(() => {
      clearInterval(asking);
      open(url, tell);
    }, AGAIN_MS);
  });
}
