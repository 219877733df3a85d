"""Jenkinsfiles: Groovy that is not parsed, but searched for stages, shell commands and well-known steps."""

from typing import Any

from app.readiness.formats.marked import Marked
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_LONG = r"QQQ((?:[^Q\\]|\\(?s:.)|Q[^Q]|QQ[^Q])*)(?:QQQ)?"
_SHORT = r"Q((?:[^Q\\\n]|\\(?s:.))*)Q"
_STRING = "|".join(text.replace("Q", quote) for text in (_LONG, _SHORT) for quote in "'\"")
"""What has no end goes on to the end of the file, so that no search begins anew behind each beginning."""

_COMMENT = rf"(?P<kept>{_STRING})|//[^\n]*|/\*(?:[^*]|\*+[^*/])*(?:\*+/)?"
_STEPS = (
    "junit|publishHTML|withSonarQubeEnv|waitForQualityGate|recordIssues|recordCoverage|publishCoverage|jacoco|cobertura"
    "|archiveArtifacts|input|dependencyCheck|dependencyCheckPublisher|docker\\.build|docker\\.withRegistry"
    "|withCredentials|slackSend|emailext|mail|build|milestone|lock|nexusArtifactUploader|cleanWs|checkout|withMaven"
    "|snykSecurity|githubNotify|kubernetesDeploy|helm"
)
_SETTINGS = r"(?:\w+[ \t]*:[ \t]*(?:true|false|'[^'\n]*'|\"[^\"\n]*\")[ \t]*,\s*)*"
_PIECE = (
    rf"\b(?P<call>stage|sh|bat|powershell|pwsh)[ \t]*\(?\s*{_SETTINGS}"
    rf"(?:(?:name|script)[ \t]*:[ \t]*)?(?P<text>{_STRING})"
    r"|^[ \t]*(?P<step>" + _STEPS + r")(?:[ \t]*[({'\"]|[ \t]+[A-Za-z]|[ \t]*$)"
)
_CRON = r"\bcron\s*\(\s*['\"]([^'\"\n]*)"
_LIBRARY = (
    r"@Library\s*\(\s*\[?\s*['\"]([^'\"\n]+)['\"]|^\s*library\s*\(?\s*(?:identifier\s*:\s*)?['\"]([^'\"\n]+)['\"]"
)


def read_jenkins(source: Source) -> Pipeline:
    """One step a shell command or well-known step, one job a stage."""
    pipeline = Pipeline("jenkins")
    text = compile_pattern(_COMMENT).sub(_blank, source.content)
    events = dict[str, Any](EVERY_PUSH)
    crons = [cron.decode(errors="replace") for cron in compile_pattern(_CRON).findall(text)]
    if crons:
        events["schedule"] = [{"cron": cron} for cron in crons]
    stage, line, seen = "", 1, 0
    for found in compile_pattern(_PIECE).finditer(text):
        line, seen = line + text.count(b"\n", seen, found.start()), found.start()
        pipeline.document = Marked({}, {(): (line, 1)})
        if found.group("step"):
            pipeline.add_step(stage, {"uses": found.group("step").decode(), "on": events}, ())
            continue
        words = _inside(found.group("text")).decode(errors="replace")
        if found.group("call") == b"stage":
            stage = words
            pipeline.add_job(stage, {"on": events}, ())
        else:
            pipeline.add_step(stage, {"name": stage or None, "run": pipeline.commands(words), "on": events}, ())
    _add_rest(pipeline, text, events)
    return pipeline


def _inside(text: bytes) -> bytes:
    """A string without its quotes."""
    quotes = text[:1] * 3 if text.startswith(text[:1] * 3) else text[:1]
    return text.removeprefix(quotes).removesuffix(quotes)


def _blank(found: Any) -> bytes:
    """Strings stay, comments become the line breaks in them."""
    return bytes(found.group("kept") or b"\n" * found.group(0).count(b"\n"))


def _add_rest(pipeline: Pipeline, text: bytes, events: dict[str, Any]) -> None:
    pipeline.document = Marked({}, {(): (1, 1)})
    if text.strip():
        pipeline.add_triggers(events, ())
    library = compile_pattern(_LIBRARY).search(text)
    if library and not any("run" in piece.value for piece in pipeline.pieces):
        pipeline.call("pipeline")
