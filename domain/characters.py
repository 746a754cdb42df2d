"""Characters that people cannot see, as classes of regular expressions that all languages read."""

# Unicode white space, which is stripped from both ends.
BLANK = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Control characters: Unicode's Cc, Zl, Zp and Bidi_Control.
CONTROLS = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
# What nobody sees: white space, control characters, Default_Ignorable_Code_Point, blank Braille.
UNSEEN = (
    rf"{BLANK}\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\\ufeff\\uffa0\\ufff0-\\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SHOWN = 60


def shortened(text: str) -> str:
    """Return the text, or the beginning of a long one and how long it is."""
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN - 20]}… ({len(text)} characters)"


def printable(text: str) -> str:
    """Return the text with an escape for each character that a terminal would not print."""
    return text if text.isprintable() else repr(text)[1:-1]


def quoted(value: object) -> str:
    """Return a value as a message repeats it: `'uban-mgmt'`; a long one is shortened."""
    if not isinstance(value, str) or len(value) <= _SHOWN:
        return shortened(repr(value))
    return f"{value[: _SHOWN - 20]!r}… ({len(value)} characters)"
