"""The quick way to the kept fields gives what the plain way gives, or leaves it to the plain way."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.jobs.fields import KEPT, MAX_ITEMS, MAX_TEXT, keep_fields
from app.jobs.quick_fields import LISTS, quick_fields

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
)


def usual() -> dict[str, Any]:
    """A payload that has every kept field, as GitHub nests them."""
    payload: dict[str, Any] = {}
    for kept in KEPT:
        place, walked = payload, ""
        *folders, last = kept.split(".")
        for folder in folders:
            walked = f"{walked}.{folder}".lstrip(".")
            below = place.setdefault(folder, [{}] if walked in LISTS else {})
            place = below[0] if isinstance(below, list) else below
        place[last] = f"text of {kept}"
    return payload


def agrees(payload: Any) -> bool:
    """Whether the quick way decided; it must not decide differently."""
    quick = quick_fields(json.dumps(payload).encode())
    if quick is None:
        return False
    fields, text = quick
    assert fields == keep_fields(payload)
    assert json.loads(text) == fields
    return True


def test_the_usual_shape_is_quick() -> None:
    assert agrees(usual() | {"more": [1.5, {"deep": [None]}], "pull_request": {"number": 7, "title": "not kept"}})
    assert agrees({})
    assert agrees({"pull_request": None, "repositories": None})


def test_lists_and_texts_up_to_their_limits_are_quick() -> None:
    assert agrees({"ref": "x" * MAX_TEXT, "repositories": [{"id": n} for n in range(MAX_ITEMS)]})
    assert not agrees({"ref": "x" * (MAX_TEXT + 1)})
    assert not agrees({"repositories": [{"id": n} for n in range(MAX_ITEMS + 1)]})


def test_what_is_no_json_or_no_object_is_left_to_the_plain_way() -> None:
    for body in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"x":' * 100_000, b'{"ref": NaN}'):
        assert quick_fields(body) is None


# Names that are kept, at their places and elsewhere, with values of every kind.
NAMES = st.sampled_from([*sorted({name for path in KEPT for name in path.split(".")}), "other"])
PAYLOADS = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)),
    max_size=6,
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(PAYLOADS, st.sampled_from(KEPT), LEAVES)
def test_both_ways_agree(payload: dict[str, Any], path: str, leaf: Any) -> None:
    agrees(payload)
    whole = usual()
    place: Any = whole
    *folders, last = path.split(".")
    for folder in folders:
        place = place[folder]
        place = place[0] if isinstance(place, list) else place
    place[last] = leaf
    agrees(whole)
