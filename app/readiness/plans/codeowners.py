"""Who owns a path, as a CODEOWNERS file says it."""

from dataclasses import dataclass
from functools import cached_property

import re2

# https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
LARGEST_FILE = 3_000_000
MOST_RULES = 10_000
LONGEST_PATTERN = 500

_USER = re2.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?")
_TEAM = re2.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9_.-]{1,100}")
_REFUSED = ("!", "[", "^", "\\#")


@dataclass(frozen=True, slots=True)
class OwnerSet:
    """Logins without `@`, and teams as `org/team`; mail addresses are left out, for nobody can be assigned by one."""

    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnerRule:
    """One line: a pattern and the owners of what it matches."""

    pattern: str
    owners: OwnerSet

    @cached_property
    def _regex(self) -> "re2._Regexp[str]":
        return re2.compile(_expression(self.pattern))

    def is_about(self, path: str) -> bool:
        return self._regex.fullmatch(path) is not None


@dataclass(frozen=True)
class Owners:
    """All lines in their order; note says why a file was not used, "" when it was."""

    rules: tuple[OwnerRule, ...] = ()
    note: str = ""

    def of(self, path: str) -> OwnerSet:
        """The owners of the last line that matches; a line without owners takes them away."""
        return next((rule.owners for rule in reversed(self.rules) if rule.is_about(path)), OwnerSet())

    @property
    def of_everything(self) -> OwnerSet:
        """The owners of the line `*`."""
        return next((rule.owners for rule in reversed(self.rules) if rule.pattern in {"*", "/**", "**"}), OwnerSet())


def parse_codeowners(text: str) -> Owners:
    """Reads a CODEOWNERS file; lines GitHub would not understand are skipped, a file above its 3 MB counts as none."""
    if len(text) > LARGEST_FILE or len(text.encode(errors="replace")) > LARGEST_FILE:
        return Owners(note="The CODEOWNERS file is over GitHub's limit of 3 MB and was not used.")
    rules = [rule for line in text.split("\n") if (rule := _rule(line)) is not None]
    if len(rules) > MOST_RULES:
        return Owners(note=f"The CODEOWNERS file has more than {MOST_RULES} lines and was not used.")
    return Owners(tuple(rules))


def _rule(line: str) -> OwnerRule | None:
    """None for an empty line, a comment, a section of another host, or a pattern that GitHub does not take."""
    words = line.strip().replace("\\ ", "\0").split()
    if not words or words[0].startswith(("#", *_REFUSED)):
        return None
    pattern = words[0].replace("\0", " ")
    if "[" in pattern or len(pattern) > LONGEST_PATTERN or not pattern.strip("/"):
        return None
    owners = []
    for word in words[1:]:
        if word.startswith("#"):
            break
        owners.append(word)
    users = tuple(dict.fromkeys(word[1:] for word in owners if _USER.fullmatch(word)))
    teams = tuple(dict.fromkeys(word[1:] for word in owners if _TEAM.fullmatch(word)))
    return OwnerRule(pattern, OwnerSet(users, teams))


def _expression(pattern: str) -> str:
    """RE2 over whole paths: a slash inside or in front anchors at the root, a name alone matches in any folder."""
    body = pattern.strip("/")
    is_anchored = pattern.startswith("/") or "/" in body
    segments = body.split("/")
    start = "" if is_anchored else "(?:.*/)?"
    # The last `*` stands for files only, so `docs/*` leaves out docs/build/a.md; `*` alone is everything.
    is_files_only = segments[-1] == "*" and len(segments) > 1
    end = "/.*" if pattern.endswith("/") else "" if is_files_only else "(?:/.*)?"
    return f"(?s){start}{_segments(segments)}{end}"


def _segments(segments: list[str]) -> str:
    text = ""
    for index, segment in enumerate(segments):
        is_last = index == len(segments) - 1
        if segment == "**":
            text += ".*" if is_last else "(?:.*/)?"
        else:
            text += _segment(segment) + ("" if is_last else "/")
    return text


def _segment(segment: str) -> str:
    wild = {"*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(character) or re2.escape(character) for character in segment.replace("**", "*"))
