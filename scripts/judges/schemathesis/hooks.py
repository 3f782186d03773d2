# SPDX-License-Identifier: Apache-2.0
"""What JSON Schema cannot say about a request that is right, and what a stranger to this deployment cannot know.

Touches only cases that schemathesis means to be right (positive ones); a case that is meant to be wrong goes out as it was made,
and so does every other thing that the checks look at.
"""

import json
import os
import unicodedata

import schemathesis

FACTS = json.loads(os.environ.get("TALLY_JUDGE_FACTS", "{}"))
SAFE = 2**53 - 1
INVISIBLE = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
}
turns = {}


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_positive(case):
        return
    if isinstance(case.body, (dict, list, str, int, float)):
        case.body = exact(case.body)
    # Check characters are beyond a schema: one of the types there are, for what asks to be issued.
    if isinstance(case.body, dict) and "typeCode" in case.body:
        case.body["typeCode"] = FACTS["typeCode"][0]
    # A cursor is made by the service; one that was made up is refused, and that is tested with the negative cases.
    if isinstance(case.query, dict):
        case.query.pop("cursor", None)
    with_facts(case)


def is_positive(case):
    meta = getattr(case, "meta", None)
    return meta is not None and meta.generation.mode.is_positive


def exact(value):
    """I-JSON (RFC 7493): numbers that a double holds as written. Text as it can be signed and printed: no control, format or
    invisible characters, normal form C."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return max(-SAFE, min(SAFE, value))
    if isinstance(value, float):
        return value if abs(value) < SAFE and (value != 0 or str(value) == "0.0") else 0
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, dict):
        return {printable(name): exact(item) for name, item in value.items()}
    return value


def printable(text):
    if text.isascii() and text.isprintable() and text.strip() == text:
        return text
    kept = "".join(
        character
        for character in text
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        and character not in INVISIBLE
    )
    kept = unicodedata.normalize("NFC", kept).strip()
    # As long as it was, so that what the schema says of its length still holds.
    return kept + "样" * max(0, len(text) - len(kept)) if len(kept) < len(text) else kept[: max(len(text), 1)]


def with_facts(case):
    """Every second case names something that exists, so that more than "not found" is tested."""
    label = case.operation.label
    turns[label] = turns.get(label, 0) + 1
    if turns[label] % 2 == 0 or not isinstance(case.path_parameters, dict):
        return
    for name in case.path_parameters:
        values = FACTS.get(name)
        if values:
            case.path_parameters[name] = values[(turns[label] // 2) % len(values)]


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    lines = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(line) for line in lines).encode()


@schemathesis.deserializer("application/vc", "application/did", "application/did+json", "application/did+ld+json")
def as_json(context, response):
    return json.loads(response.content)
