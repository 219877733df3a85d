"""The expressions around a format: a token that nothing longer surrounds, and a plain value beside its name."""

import re2

_ALONE = r"(?:\b|\\[nrt]|%%[0-9A-F]{2})(?P<secret>%s)(?:[^A-Za-z0-9_-]|\z)"
# Where a word of a name begins: at a mark, or with a capital in the middle.
_WORD = re2.compile(r"\(\?:\\b\|_\)([a-z])([a-z])")
_ASSIGNED = (
    r"[ \t]{0,16}(?:: ?str(?:ing)?\s?)?(?:=>|:=|\?=|={1,3}|:|,|>|\|\||\?\?|\b(?:or|is|to)\b)\s{0,8}"
    r"|[ \t]{1,8}"
    r"|\)[ \t]{0,4}\{[ \t]{0,4}"
    r"|</key>\s{0,16}<string>"
    r"|\s{0,4}\{[^{}]*?\bdefault\s{0,8}=\s{0,8}"
    r"""|,?\s{1,32}\\?["']?value\\?["']?\s{0,2}[:=]\s{0,4}"""
)
_BESIDE_NAME = (
    r"""(?i:%s)(?:\\?["'`])?[\])]{0,2}(?:"""
    + _ASSIGNED
    + r""")(?:[a-zA-Z_.]{1,24}\()?(?:\\?["'`])?(?P<secret>%s)(?:[^A-Za-z0-9_-]|\z)"""
)


def alone(token: str) -> str:
    """The token in a group called secret, where it is not a part of a longer word."""
    return _ALONE % token


def beside_name(names: str, value: str) -> str:
    """The value in a group called secret, written behind one of the names as programs, settings and shells do.

    `A=v`, `"a": "v"`, `set("a", "v")`, `ENV A v`, `<a>v</a>`, `{"name": "A", "value": "v"}`, `let(:a) { "v" }`,
    `<key>a</key><string>v</string>`, `variable "a" { default = "v" }`, and the two lines of a container's environment.
    """
    return _BESIDE_NAME % (_WORD.sub(_either, names), value)


def _either(word: "re2._Match[str]") -> str:
    first, second = word.groups()
    return rf"(?:(?:\b|_){first}{second}|(?-i:{first.upper()}{second}))"
