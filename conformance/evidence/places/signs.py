"""Signs that stand around names and values, in whatever form they were written: JSON in JSON, XML, a URL."""

#: As much of a value as is looked at.
LONGEST = 1 << 16
#: How a line ends: a log in the file form names its logger once more.
ENDS = r"[ \t]*(?:\{[\w.$]{1,256}\}[ \t]*)?(?:\r?\n|$)"
QUOTE = r"""\"{3}|'{3}|\\*["'`]|&(?:amp;)*(?:quot|apos|#34|#39|#x22|#x27);|%2[27]"""
SIGN = r"={1,2}>|::(?=\s)|:=|==|=|:|%3[Dd]|%3[Aa]|\\u003[dD]|&#61;|&#x3[dD];"


def line_end(text: str, at: int) -> int:
    """Where the line ends, or as much of it as is looked at."""
    found = text.find("\n", at, at + LONGEST)
    return found if found >= 0 else min(len(text), at + LONGEST)
