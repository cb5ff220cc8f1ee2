"""Answers that partners send later: kept in a file, so that a restart forgets none."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from demo.partners import Callback

#: A message that the API does not take is tried again after this long.
RETRY_SECONDS = 5.0
CALL_TIMEOUT_SECONDS = 10.0


class Callbacks:
    """Messages to send, each at its time, over the API with the partners' own token."""

    def __init__(self, path: Path, api_url: str, token: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[str, Any]] = (
            json.loads(path.read_text()) if path.exists() else {}
        )
        self._client = httpx.Client(
            base_url=api_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=CALL_TIMEOUT_SECONDS,
            trust_env=False,
        )

    def add(self, callback: Callback, key: str) -> None:
        """Send this later. The same idempotency key again changes nothing."""
        with self._lock:
            self._waiting.setdefault(
                key,
                {
                    "due": time.time() + callback.after_seconds,
                    "message": {
                        "name": callback.name,
                        "correlationKey": callback.correlation_key,
                        "variables": callback.variables,
                        "timeToLive": "PT1H",
                    },
                },
            )
            self._save()

    def send_due(self) -> int:
        """Send all that is due; how many were taken."""
        now = time.time()
        with self._lock:
            due = [key for key, item in self._waiting.items() if 0 < item["due"] <= now]
        return sum(self._send(key) for key in due)

    def _send(self, key: str) -> bool:
        message = self._waiting[key]["message"]
        try:
            response = self._client.post(
                "/api/v1/messages", json=message, headers={"Idempotency-Key": key}
            )
            taken = response.status_code < 500 and response.status_code != 429
        except httpx.HTTPError:
            taken = False
        with self._lock:
            if taken:
                # Kept as sent: a repeated call must not send it a second time.
                self._waiting[key] = {"due": 0, "message": {}}
            else:
                self._waiting[key]["due"] = time.time() + RETRY_SECONDS
            self._save()
        return taken

    def _save(self) -> None:
        draft = self._path.with_suffix(".part")
        draft.write_text(json.dumps(self._waiting))
        draft.replace(self._path)
