async def test_a(org):
    a = await org.call("get_user", user="Chloe Bennett")
    print(a, org.requests)
    a = await org.call("suspend_user", user="chloe.bennett@example.com")
    print(a.story, a.data, org.requests)


async def test_b(library):
    a = await library.call("get_user", user="Maria Santos")
    print(a.story, library.requests)


async def test_c(org_with):
    org = await org_with(mode="legacy")
    a = await org.call("suspend_user", user="chloe.bennett@example.com")
    print(org.events("user.lifecycle.suspend")[-1])
