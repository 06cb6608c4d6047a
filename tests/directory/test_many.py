"""Many names looked up together mean whom each of them means alone, or nobody."""

from okta_mcp.directory import Directory, Unresolved
from okta_mcp.okta import User

ADA, OLIVIA = "ada.byrne@example.com", "olivia.grant@example.com"


async def meant(directory, words):
    try:
        return (await directory.user(words)).login
    except Unresolved:
        return None


async def test_names_looked_up_together_mean_whom_each_means_alone(box, okta):
    gone = box.org.user_by_login(OLIVIA)
    gone.profile = {**gone.profile, "firstName": "Wei", "lastName": "Chen"}
    names = [f"{one.profile['firstName']} {one.profile['lastName']}" for one in box.org.users.values()]
    names += [f"{one.profile['lastName']}, {one.profile['firstName']}" for one in list(box.org.users.values())[:5]]
    names = list(dict.fromkeys([*names, "Ada in Sales", "Nobody Whatsoever", "ADA  BYRNE", "Ada", "Ada B\u200byrne"]))
    found = await Directory(okta).users_called(names)
    assert len(box.journal) < len(names) / 4
    for words in names:
        if words in found:
            assert found[words].login == await meant(Directory(okta), words), words
    assert {"Wei Chen", "Ada in Sales", "Nobody Whatsoever", "Ada", "Maria Santos"}.isdisjoint(found)
    assert found["ADA  BYRNE"].login == ADA
    assert len(found) > len(names) / 2


async def test_whom_we_have_just_made_is_a_namesake_of_those_looked_up_together(box, okta):
    directory = Directory(okta)
    profile = {"firstName": "Ada", "lastName": "Byrne", "login": "ada.byrne2@example.com"}
    made = User.from_json({"id": "00u0000000000000000X", "status": "STAGED", "profile": profile})
    assert "Ada Byrne" in await directory.users_called(["Ada Byrne", "Wei Chen"])
    directory.forget_user(made.id, made)
    assert set(await directory.users_called(["Ada Byrne", "Wei Chen"])) == {"Wei Chen"}


async def test_names_on_a_page_that_is_not_whole_mean_nobody(box, okta, monkeypatch):
    monkeypatch.setattr("okta_mcp.directory.many._PAGE", 1)
    assert await Directory(okta).users_called(["Ada Byrne", "Wei Chen"]) == {}
