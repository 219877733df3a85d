"""Jenkinsfiles: Groovy that is not parsed, but searched for stages, shell commands and well-known steps."""

from typing import Any

from app.readiness.formats.marked import Marked
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_STRING = r"'''(?P<a>(?:[^'\\]|\\(?s:.)|'[^']|''[^'])*)'''" r'|"""(?P<b>(?:[^"\\]|\\(?s:.)|"[^"]|""[^"])*)"""'
_SHORT = r"'(?P<c>(?:[^'\\\n]|\\(?s:.))*)'" r'|"(?P<d>(?:[^"\\\n]|\\(?s:.))*)"'
_BARE = r"'''(?:[^'\\]|\\(?s:.)|'[^']|''[^'])*'''" r'|"""(?:[^"\\]|\\(?s:.)|"[^"]|""[^"])*"""'
_BARE_SHORT = r"'(?:[^'\\\n]|\\(?s:.))*'" r'|"(?:[^"\\\n]|\\(?s:.))*"'
_COMMENT = rf"(?P<kept>{_BARE}|{_BARE_SHORT})|//[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/"
_STEPS = (
    "junit|publishHTML|withSonarQubeEnv|waitForQualityGate|recordIssues|recordCoverage|publishCoverage|jacoco|cobertura"
    "|archiveArtifacts|input|dependencyCheck|dependencyCheckPublisher|docker\\.build|docker\\.withRegistry"
    "|withCredentials|slackSend|emailext|mail|build|milestone|lock|nexusArtifactUploader|cleanWs|checkout|withMaven"
    "|snykSecurity|githubNotify|kubernetesDeploy|helm"
)
_PIECE = (
    rf"\bstage\s*\(?\s*(?:name\s*:\s*)?(?:{_SHORT})"
    rf"|\b(?P<shell>sh|bat|powershell|pwsh)\b\s*\(?\s*(?:\w+\s*:\s*(?:true|false|'[^'\n]*'|\"[^\"\n]*\")\s*,\s*)*"
    rf"(?:script\s*:\s*)?(?:{_STRING.replace('<a>', '<e>').replace('<b>', '<f>')}"
    rf"|{_SHORT.replace('<c>', '<g>').replace('<d>', '<h>')})"
    rf"|^[ \t]*(?P<step>{_STEPS})(?:[ \t]*[({{'\"]|[ \t]+[A-Za-z]|[ \t]*$)"
    r"|\bcron\s*\(\s*['\"](?P<cron>[^'\"\n]*)['\"]"
)
_LIBRARY = (
    r"@Library\s*\(\s*\[?\s*['\"]([^'\"\n]+)['\"]|^\s*library\s*\(?\s*(?:identifier\s*:\s*)?['\"]([^'\"\n]+)['\"]"
)


def read_jenkins(source: Source) -> Pipeline:
    """One step a shell command or well-known step, one job a stage."""
    pipeline = Pipeline("jenkins")
    text = compile_pattern(_COMMENT).sub(_blank, source.content)
    stage, events = "", dict[str, Any](EVERY_PUSH)
    crons = [cron.decode(errors="replace") for cron in compile_pattern(r"\bcron\s*\(\s*['\"]([^'\"\n]*)").findall(text)]
    if crons:
        events["schedule"] = [{"cron": cron} for cron in crons]
    line, seen = 1, 0
    for found in compile_pattern(_PIECE).finditer(text):
        line, seen = line + text.count(b"\n", seen, found.start()), found.start()
        place = line + found.group(0).count(b"\n") if found.group(0).startswith(b"\n") else line
        pipeline.document = Marked({}, {(): (place, 1)})
        name = found.group("c") or found.group("d")
        words = next((found.group(key) for key in "efgh" if found.group(key) is not None), None)
        if name is not None:
            stage = name.decode(errors="replace")
            pipeline.add_job(stage, {"on": events}, ())
        elif words is not None:
            run = pipeline.commands(words.decode(errors="replace"))
            pipeline.add_step(stage, {"name": stage or None, "run": run, "on": events}, ())
        elif found.group("step"):
            facts = {"uses": found.group("step").decode(), "on": events}
            pipeline.add_step(stage, facts, ())
    _add_rest(pipeline, text, events)
    return pipeline


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
