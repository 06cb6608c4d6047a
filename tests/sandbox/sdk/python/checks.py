"""What every part of the script says and asks."""

from okta.pagination import PaginationHelper


def done(operation):
    """Print the operationId of an operation whose answers were right."""
    print(operation, flush=True)  # noqa: T201


async def value(call):
    """Await a call of the SDK; return its result once it is known to be no error."""
    *result, error = await call
    assert error is None, error
    return result[0]


async def nothing(call):
    """Await a call of the SDK that has nothing to answer but that it was right."""
    await value(call)


async def refusal(call):
    """Await a call that has to be refused; return the HTTP status and Okta's error code."""
    *_, error = await call
    assert error is not None, "no refusal"
    return error.status, error.error_code


async def every(method, *arguments, **options):
    """Follow the pages of a listing; return all items, and how many pages there were."""
    found, pages = [], 0
    while True:
        page, response, error = await method(*arguments, **options)
        assert error is None, error
        found += page
        pages += 1
        options["after"] = PaginationHelper.extract_next_cursor(response.headers)
        if options["after"] is None or not page:
            return found, pages
        # The log takes one or the other.
        options.pop("since", None)


def ids(objects):
    """Return the ids of objects, checked to be all different."""
    found = [one.id for one in objects]
    assert len(found) == len(set(found)), "an object came twice"
    return found
