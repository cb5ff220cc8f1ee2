// Whether the server would hear this page: it answers, and the same person is still signed in.

import { get, Problem } from "./http.js";
import { t } from "./texts.js";

const WAIT_MS = 8000;

/**
 * Why nothing can be sent now, or null; takes over a newer token on the way.
 *
 * @returns {Promise<{words: string, signInUrl?: string, isStranger?: boolean} | null>}
 */
export async function findObstacle() {
  const page = document.querySelector("meta[name=signed-in]");
  if (!page) return null;
  try {
    const now = await get(page.dataset.url, { signal: AbortSignal.timeout(WAIT_MS) });
    if (now.name !== page.content) {
      if (now.name) return { words: t("In this browser somebody else is signed in by now."), isStranger: true };
      return { words: t("You are signed out."), signInUrl: page.dataset.signIn };
    }
    document.querySelector("meta[name=csrf-token]").content = now.csrf_token;
    return null;
  } catch (error) {
    if (error instanceof Problem && error.status) return null;
    return { words: t("The server cannot be reached; try again in a moment.") };
  }
}
