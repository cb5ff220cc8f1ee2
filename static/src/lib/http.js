// The modules' only fetch: JSON or HTML to and from our own server, failures as Problem.

import { t } from "./texts.js";

/** A request the server answered with "no", in words for the person. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, error?: string, context?: object}} details
   */
  constructor(message, { status = 0, error = "", context = {} } = {}) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.error = error;
    this.context = context;
  }
}

export const get = (url, options) => send("GET", url, undefined, options);
export const post = (url, body, options) => send("POST", url, body, options);
export const put = (url, body, options) => send("PUT", url, body, options);
export const remove = (url, body, options) => send("DELETE", url, body, options);

/** The token every changing request carries, from <meta name="csrf-token">. */
export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

async function send(method, url, body, { signal, keepalive } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(url, { method, headers, body, signal, keepalive, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(t("The server cannot be reached. Nothing was lost here; try again in a moment."));
  }
  const answer = await read(response);
  if (!response.ok) throw problem(response, answer);
  return answer;
}

function read(response) {
  if (response.status === 204) return undefined;
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  return isJson ? response.json() : response.text();
}

function problem(response, answer) {
  const { status } = response;
  if (answer && typeof answer === "object") {
    return new Problem(answer.message ?? response.statusText, { status, ...answer });
  }
  return new Problem(t(SENTENCES[status] ?? "The server answered {status}.", { status }), { status });
}

const SENTENCES = {
  400: "The page is too old for this action. Reload it and try again.",
  401: "You are signed out. Sign in in another tab, then try again.",
  403: "You are not allowed to do this.",
  404: "This no longer exists.",
  413: "This is too large.",
  429: "Too many requests at once. Wait a moment and try again.",
  503: "The server is busy. Try again in a moment.",
};
