"""Regular expressions that are compiled when first used: a run uses some of them, and compiling all takes a while."""

import re
from typing import Any, cast


class _LatePattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile, and use the compiled methods from now on."""
        compiled = re.compile(self.pattern, self._flags)
        vars(self).update({one: getattr(compiled, one) for one in dir(compiled) if not one.startswith("_")})
        return getattr(compiled, name)


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, with the methods of a compiled one."""
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))
