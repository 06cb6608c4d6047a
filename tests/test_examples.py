"""The agents of the examples: shown in the documentation as they are, and scripted by what they are offered."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AGENTS = ROOT / "examples" / "agents"
FRAMEWORKS = ("langchain", "llamaindex", "openai", "pydantic")
ID, OTHER = "00u1234567890abcdefg", "00u1234567890abcdefh"


def shown():
    """The files in the page, by name."""
    page = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^<!-- (\S+) -->\n\n```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))


def test_the_page_shows_every_agent_as_its_file_is():
    assert shown() == {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in AGENTS.glob("*_agent.py")
    }


def test_every_framework_has_an_agent_a_scripted_one_and_pinned_requirements():
    assert sorted(file.name.removesuffix("_agent.py") for file in AGENTS.glob("*_agent.py")) == list(FRAMEWORKS)
    assert sorted(file.name.removesuffix("_scripted.py") for file in AGENTS.glob("*_scripted.py")) == list(FRAMEWORKS)
    for framework in FRAMEWORKS:
        pins = (AGENTS / "requirements" / f"{framework}.txt").read_text(encoding="utf-8").splitlines()
        assert pins
        assert all(re.fullmatch(r"[\w\[\]-]+==[\d.]+", pin) for pin in pins)


@pytest.mark.parametrize("file", sorted(AGENTS.glob("*_agent.py")), ids=lambda file: file.stem)
def test_an_agent_to_be_copied_knows_nothing_of_scripts(file):
    assert not re.search(r"^(from|import) .*script", file.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("choice", "tools", "results", "step"),
    [
        (None, ["find_user"], [], "There is no tool suspend_user."),
        (None, ["find_user", "suspend_user"], [], ("find_user", {"query": "Ada"})),
        (None, [], [f"1 candidate.\n{ID}\tAda"], ("suspend_user", {"user": ID})),
        (None, [], [f"2 candidates.\n{ID}\n{OTHER}"], f"Who is meant? 2 candidates.\n{ID}\n{OTHER}"),
        (None, [], ["0 candidates."], "Who is meant? 0 candidates."),
        ("ada@example.com", [], [f"2 candidates.\n{ID}\n{OTHER}"], ("suspend_user", {"user": "Ada"})),
        (None, [], ["found", "Suspended Ada."], "Suspended Ada."),
    ],
)
def test_the_script_suspends_one_person_and_asks_back_about_two(monkeypatch, choice, tools, results, step):
    if choice is None:
        monkeypatch.delenv("CHOICE", raising=False)
    else:
        monkeypatch.setenv("CHOICE", choice)
    script = runpy.run_path(str(AGENTS / "script.py"))
    assert script["next_step"]("Ada", tools, results) == step
