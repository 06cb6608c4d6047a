import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.installing.jsonc import NotJSONError, parse, with_item, with_member

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)

SETTINGS = """\
// Mine.
{
    "theme": "one", // dark
    "servers": {
        /* the first */
        "files": {"command": "files"}, // keep
        // "old": {}
    },
}
"""


@given(VALUES)
def test_what_json_writes_is_read_as_json_reads_it(value):
    text = json.dumps(value, indent=2)
    assert parse(text).value == json.loads(text)


@given(OBJECTS, st.lists(TEXT, min_size=1, max_size=3), VALUES, st.sampled_from([None, 2, "\t"]))
def test_a_value_is_put_in_and_nothing_else_changes(document, path, value, indent):
    inner = document
    for key in path[:-1]:
        inner = inner.get(key, {})
        if not isinstance(inner, dict):
            return
    changed = with_member(json.dumps(document, indent=indent), path, value)
    expected = json.loads(json.dumps(document))
    inner = expected
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    assert json.loads(changed) == expected


def test_comments_and_trailing_commas_stay():
    assert (
        with_member(SETTINGS, ["servers", "okta"], {"command": "okta-mcp"})
        == """\
// Mine.
{
    "theme": "one", // dark
    "servers": {
        /* the first */
        "files": {"command": "files"}, // keep
        // "old": {}
        "okta": {
            "command": "okta-mcp"
        }
    },
}
"""
    )


def test_an_entry_of_the_same_name_is_replaced_in_its_place():
    assert with_member(SETTINGS, ["servers", "files"], {"command": "other"}) == SETTINGS.replace(
        '{"command": "files"}', '{\n            "command": "other"\n        }'
    )


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("{}", ["a", "b"], '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"a": {}}', ["a", "b"], '{"a": {\n  "b": 1\n}}'),
        ('{\n\t"x": 0\n}', ["a"], '{\n\t"x": 0,\n\t"a": 1\n}'),
        ("{\n  // nothing yet\n}", ["a"], '{\n  // nothing yet\n  "a": 1\n}'),
        ('{\n  "x": 0 // last\n}', ["a"], '{\n  "x": 0, // last\n  "a": 1\n}'),
        ('{"s": "// no } comment"}', ["s"], '{"s": 1}'),
    ],
)
def test_where_a_value_goes(text, path, expected):
    assert with_member(text, path, 1) == expected


def test_an_item_with_the_same_id_is_replaced_and_another_one_added():
    text = '{\n  "inputs": [\n    {"id": "one", "password": false}\n  ]\n}'
    assert parse(with_item(text, "inputs", {"id": "one"})).value == {"inputs": [{"id": "one"}]}
    assert parse(with_item(text, "inputs", {"id": "two"})).value["inputs"][1] == {"id": "two"}
    assert parse(with_item("{}", "inputs", {"id": "one"})).value == {"inputs": [{"id": "one"}]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: no value where there has to be one"),
        ("{} {}", "line 1: more behind the end"),
        ('{\n"a": 1\n"b": 2}', "line 3: neither a comma nor }"),
        ('{"a": 1, "a": 2}', 'line 1: "a" stands twice'),
        ("{a: 1}", "line 1: no value where there has to be one"),
        ("{1: 1}", "line 1: a key that is no string"),
        ('{"a" 1}', "line 1: no colon behind a key"),
        ('{"a": "\\q"}', "line 1: a string that is none"),
        ("[1 2]", "line 1: neither a comma nor ]"),
        ('{"a": /* open', "line 1: no value where there has to be one"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(text, told):
    with pytest.raises(NotJSONError) as refused:
        parse(text)
    assert str(refused.value) == told


@pytest.mark.parametrize(("text", "path"), [("[]", ["a"]), ('{"a": 1}', ["a", "b"])])
def test_a_value_goes_into_no_other_thing_than_an_object(text, path):
    with pytest.raises(NotJSONError, match="no object"):
        with_member(text, path, 1)


def test_an_item_goes_into_no_other_thing_than_an_array():
    with pytest.raises(NotJSONError, match="inputs is no array"):
        with_item('{"inputs": {}}', "inputs", {"id": "one"})
