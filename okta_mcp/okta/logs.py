"""The System Log: `/api/v1/logs`."""

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import LogEvent, Page


async def list_events(
    okta: OktaClient,
    *,
    since: str | None = None,
    until: str | None = None,
    filter: str | None = None,  # noqa: A002 - Okta's name
    q: str | None = None,
    limit: int | None = None,
    sort_order: str | None = None,
    after: str | None = None,
) -> Page[LogEvent]:
    """List events, one page.

    With `until` the list ends; without it and ascending, Okta names a next page for ever. An empty page is taken for
    the end, and has no `next`.

    Args:
        okta: the org.
        since: ISO 8601 instant of the oldest event; seven days before `until` if None.
        until: ISO 8601 instant of the newest event; now if None.
        filter: expression over the event's fields.
        q: up to 10 words of at most 40 characters, all of which must occur.
        limit: events on a page, at most 1,000; Okta defaults to 100.
        sort_order: `ASCENDING` (Okta's default) or `DESCENDING`.
        after: cursor of an earlier page's `next`. It takes the place of `since`, which is then not sent:
            Okta takes only one of the two.

    Raises:
        InvalidRequest: Okta refuses the expression or a date.

    Source: `GET /api/v1/logs`.
    """
    reply = await okta.get(
        "logs",
        params={
            "after": after,
            "since": None if after else since,
            "until": until,
            "filter": filter,
            "q": q,
            "limit": limit,
            "sortOrder": sort_order,
        },
    )
    page = reply.page(LogEvent.from_json)
    return page if page.items else Page(())
