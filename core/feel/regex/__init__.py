"""Regular expressions of XML Schema and XPath, as `matches`, `replace` and `split` use them.

Patterns come from analysts and must not stall a worker: the matcher remembers where it has been
(program), so that its time grows with pattern times text and never explodes.
"""

from core.feel.regex.functions import replace, search, split

__all__ = ["replace", "search", "split"]
