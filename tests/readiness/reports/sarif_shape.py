"""The part of SARIF 2.1.0 that the report uses, written from the OASIS standard; anything else is refused."""

from typing import Any

LEVEL = {"enum": ["none", "note", "warning", "error"]}
NUMBER = {"type": "integer", "minimum": 1}
TEXT = {"type": "string", "minLength": 1}


def shape(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required.split(), "properties": properties}


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


MESSAGE = shape("text", text=TEXT, markdown=TEXT)
BAG = {"type": "object"}
# 3.29: a physical location; code scanning needs the path and the first line.
ARTIFACT = shape("uri", uri={"type": "string", "format": "uri-reference", "minLength": 1}, uriBaseId=TEXT)
REGION = shape("startLine", startLine=NUMBER, endLine=NUMBER)
LOCATION = shape(
    "physicalLocation", physicalLocation=shape("artifactLocation region", artifactLocation=ARTIFACT, region=REGION)
)
# 3.49: a reporting descriptor.
RULE = shape(
    "id shortDescription fullDescription help defaultConfiguration",
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=shape("level", level=LEVEL),
    properties=BAG,
)
# 3.35: a suppression.
SUPPRESSION = shape(
    "kind",
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
)
# 3.27: a result; one place exactly, because that is what code scanning shows.
RESULT = shape(
    "ruleId ruleIndex message level locations partialFingerprints",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=LEVEL,
    message=MESSAGE,
    locations=listed(LOCATION) | {"minItems": 1, "maxItems": 1},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions=listed(SUPPRESSION) | {"uniqueItems": True},
    properties=BAG,
)
NOTIFICATION = shape(
    "message",
    level=LEVEL,
    message=MESSAGE,
    associatedRule=shape("id", id=TEXT, index={"type": "integer", "minimum": 0}),
    locations=listed(LOCATION),
)
INVOCATION = shape(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    exitCodeDescription=TEXT,
    toolExecutionNotifications=listed(NOTIFICATION),
    toolConfigurationNotifications=listed(NOTIFICATION),
)
DRIVER = shape("name rules", name=TEXT, version=TEXT, rules=listed(RULE) | {"uniqueItems": True})
RUN = shape(
    "tool results",
    tool=shape("driver", driver=DRIVER),
    automationDetails=shape("id", id=TEXT),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=listed(INVOCATION),
    results=listed(RESULT),
    properties=BAG,
)
LOG = shape(
    "version runs $schema",
    **{"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": listed(RUN)},
)
