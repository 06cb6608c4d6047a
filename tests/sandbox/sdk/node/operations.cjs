'use strict';
// Every operation of the sandbox that Okta's Node SDK offers, against a fresh sandbox that has realms.
// The SDK takes the address and the credentials from OKTA_CLIENT_...; see its documentation.
// Prints the operationId of each operation that answered right, and ends with 1 at the first that did not.

const { Client, DefaultRequestExecutor } = require('@okta/okta-sdk-nodejs');
const users = require('./users.cjs');
const groups = require('./groups.cjs');
const apps = require('./apps.cjs');
const org = require('./org.cjs');

async function main() {
  const client = new Client({
    // The SDK's cache keeps a user after the user was changed.
    cacheMiddleware: null,
    requestExecutor: new DefaultRequestExecutor({ maxRetries: 0 }),
  });
  for (const part of [users, groups, apps, org]) {
    await part(client);
  }
}

main().catch((failure) => {
  process.stderr.write(`${failure.stack || failure}\n`);
  process.exitCode = 1;
});
