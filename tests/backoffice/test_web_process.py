"""What the parent of the web processes does before it forks them."""

import subprocess
import sys

#: A process of its own: what is frozen stays so, and nothing is frozen yet.
PROGRAM = """
import gc
from backoffice import web_process
loaded = [[]]
web_process.when_ready(None)
print(gc.get_freeze_count() > 1000, any(each is loaded for each in gc.get_objects()))
"""


def test_what_was_loaded_before_the_fork_is_left_alone_by_collections():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)

    assert said.stdout.split() == [b"True", b"False"]
