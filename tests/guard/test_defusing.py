"""Text in which Markdown finds nothing, and which means the same."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from okta_mcp.guard import as_written, defused

signs = st.lists(st.sampled_from([*'![]()<>`~#:/.\\ a\n"', "www.", "https://", "```", "javascript:"]), max_size=12)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "Zoë Lefèvre (Sales) [R&D] #7: 1 < 2, ada@example.com",
            "Zoë Lefèvre (Sales) [R&D] #7: 1 < 2, ada@example.com",
        ),
        ("CORP\\ada", "CORP\\ada"),
        ("[x](https://evil.example)", "[x]\\(https:\\//evil.example)"),
        ("![x](data:,y)", "!\\[x]\\(data\\:,y)"),
        ("[x]: //evil.example", "[x]\\: //evil.example"),
        ("<img src=x>", "\\<img src=x>"),
        ("\\<b>", "\\<b>"),
        ("\\\\<b>", "\\\\\\<b>"),
        ("<|im_start|>", "\\<|im_start|>"),
        ("www.evil.example", "www\\.evil.example"),
        ("```js", "\\`\\`\\`js"),
        ("# Title", "\\# Title"),
        ("https://org.example.com/reset/abc", "https://org.example.com/reset/abc"),
        ("https://org.example.com.evil.example/", "https:\\//org.example.com.evil.example/"),
        ("Temporary password: a<b>`c", "Temporary password: a<b>`c"),
    ],
)
def test_a_text_is_shown_as(written, shown):
    assert defused(written, keep=("https://org.example.com/", "a<b>`c")) == shown


@given(signs.map("".join))
@example("www.https://")
@example("javascript://")
@example("awww.www.https://")
@example("a.javascript://")
def test_showing_what_is_shown_changes_nothing(text):
    assert defused(defused(text)) == defused(text)


makings = st.lists(
    st.sampled_from([*"![](<`~#: .\\a1+\n", "//", "www", "WwW", "http", "```", "~~~", "javascript", "data", "vbscript"])
    | st.characters(),
    max_size=5,
)
ALONE = (
    "![a",
    "](",
    "][",
    "]:",
    "<b",
    "www.",
    "WwW.",
    "http://",
    "```",
    "~~~",
    "# a",
    "javascript:",
    "data:",
    "vbscript:",
)


@given(makings.map("".join))
@settings(max_examples=1000)
def test_a_text_is_shown_alike_alone_and_below_one_that_has_to_be_looked_through(text):
    assert defused(f"<b>\n{text}") == f"\\<b>\n{defused(text)}"


@pytest.mark.parametrize("text", ALONE)
def test_each_sign_is_enough_for_a_text_to_be_looked_through(text):
    assert defused(text) != text
    assert defused(f"<b>\n{text}") == f"\\<b>\n{defused(text)}"


def test_a_backslash_of_the_directorys_own_stays():
    assert as_written("A\\/B") == "A\\/B"
    assert as_written(r"\/../") == r"\/../"
    assert as_written(defused("A/B https://example.com")) == "A/B https://example.com"


@given(signs.map("".join).filter(lambda text: "\\" not in text))
def test_what_is_shown_can_be_said_back(text):
    assert as_written(defused(text)) == text
