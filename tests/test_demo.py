"""The demo day: it walks every tool, checks every answer in the org, and says so when one is untrue."""

from dataclasses import replace

import httpx2
import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.demo import DAY, Day, Step, _take, walk


@pytest.fixture
async def day(served):
    """A day on a fresh org, without a process of its own for the server."""
    front = await served()
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=front.box.app),
        base_url="https://sandbox.okta.example",
        headers={"Authorization": f"SSWS {front.box.api_token}"},
    ) as org:
        yield Day(front.client, org)


async def test_the_day_is_walked_to_its_end(capfd):
    assert await walk() == 0
    out, _ = capfd.readouterr()
    for action in ACTIONS:
        assert f"  {action.name}(" in out
    assert out.count("  ✓ ") == len(DAY)
    assert "✗" not in out
    assert "WRONG" not in out
    assert f"{len(DAY)} calls, all {len(ACTIONS)} tools, every answer checked in the org" in out.splitlines()[-1]
    assert "\x1b" not in out


async def test_a_day_with_an_untrue_answer_and_without_some_tools_fails(capfd):
    step = next(step for step in DAY if step.tool == "list_groups")
    assert await walk([replace(step, holds=lies)]) == 1
    out, _ = capfd.readouterr()
    assert f"WRONG: list_groups: {step.truth}" in out
    assert "WRONG: never called: activate_user, assign_user_to_group, " in out
    assert "every answer checked" not in out


def test_the_day_has_every_tool_in_it():
    assert {step.tool for step in DAY} == {action.name for action in ACTIONS}


def test_nothing_in_the_day_is_asked_by_id():
    assert "00u" not in repr([step.arguments for step in DAY])
    assert "00g" not in repr([step.arguments for step in DAY])


async def lies(_day, _answer):
    return False


@pytest.mark.parametrize("step", DAY, ids=lambda step: step.tool)
async def test_an_answer_that_is_not_true_in_the_org_is_noticed(day, capsys, step):
    await _take(day, replace(step, holds=lies))
    assert day.wrong == [f"{step.tool}: {step.truth}"]
    assert f"  ✗ {step.truth}" in capsys.readouterr().out


@pytest.mark.parametrize("tool", ["list_groups", "get_user", "suspend_user", "get_system_log_events"])
async def test_an_error_where_none_is_right_is_noticed_and_the_other_way_round(day, tool):
    step = next(step for step in DAY if step.tool == tool)
    await _take(day, replace(step, refused=not step.refused))
    assert day.wrong == [f"{tool}: {step.truth}"]


async def test_an_org_in_which_something_else_is_so_makes_the_day_wrong(day, capsys):
    felix = (await day.get("users/felix.hartmann%40example.com"))["id"]
    (await day.org.post(f"/api/v1/users/{felix}/lifecycle/deactivate")).raise_for_status()
    for step in DAY:
        if "felix" in str(step.arguments).lower() or "LOCKED_OUT" in str(step.arguments):
            await _take(day, step)
    assert len(day.wrong) == 3
    assert capsys.readouterr().out.count("  ✗ ") == 3


async def test_the_arguments_and_the_beginning_of_the_answer_are_shown(day, capsys):
    async def holds(_day, answer):
        return answer["text"].startswith("id: 00u") and answer["profile"]["lastName"] == "Byrne"

    step = Step("Show me Ada.", "get_user", {"user": "ada.byrne@example.com"}, "it is Ada", holds, shown=1)
    await _take(day, step)
    asked, called, first, verdict, _ = capsys.readouterr().out.split("\n", 4)
    assert asked == "“Show me Ada.”"
    assert called == "  get_user(user='ada.byrne@example.com')"
    assert first.startswith("  id: 00u")
    assert verdict == "  ✓ it is Ada"
    assert (day.wrong, day.called) == ([], {"get_user"})


@pytest.mark.parametrize("step", [one for one in DAY if one.tool != "unsuspend_user"], ids=lambda step: step.tool)
async def test_what_a_step_claims_is_not_so_before_it(day, step):
    # Ada, who is unsuspended, was suspended by the step before; all others begin as the org was found.
    await _take(day, replace(step, tool="list_groups", arguments={}, refused=False, holds=_without_answer(step.holds)))
    assert len(day.wrong) == 1


def _without_answer(holds):
    """Ask a check about an answer that says nothing."""

    async def blind(day, _answer):
        return await holds(day, {"text": "", "profile": {"department": "", "title": ""}})

    return blind


async def test_a_person_who_is_not_there_is_noticed_and_does_not_end_the_day(day, capsys):
    step = next(step for step in DAY if step.tool == "create_user")
    await _take(day, replace(step, tool="list_groups", arguments={}))
    assert day.wrong == [f"list_groups: {step.truth}"]
    assert "✗" in capsys.readouterr().out
