"""The small processes that measurements run."""

from tests.build import process


def one_user_task() -> bytes:
    return process("one_user_task").user_task("look").end()


def one_timer(seconds: int) -> bytes:
    return process("one_timer").catch("pause", timer=f"PT{seconds}S").end()
