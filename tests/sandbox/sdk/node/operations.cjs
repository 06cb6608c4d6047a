'use strict';
// Every operation of the sandbox that Okta's Node SDK offers, against a fresh sandbox that has realms.
// The SDK takes the address and the credentials from OKTA_CLIENT_...; see its documentation.
// Prints the operationId of each operation that answered right, and ends with 1 at the first that did not.
// Arguments: the parts to do, of users, groups, apps and org; all of them without any.

const { Client, DefaultRequestExecutor } = require('@okta/okta-sdk-nodejs');

const PARTS = {
  users: require('./users.cjs'),
  groups: require('./groups.cjs'),
  apps: require('./apps.cjs'),
  org: require('./org.cjs'),
};

async function main(named) {
  const client = new Client({
    // The SDK's cache keeps a user after the user was changed.
    cacheMiddleware: null,
    requestExecutor: new DefaultRequestExecutor({ maxRetries: 0 }),
  });
  for (const name of named.length ? named : Object.keys(PARTS)) {
    await PARTS[name](client);
  }
}

main(process.argv.slice(2)).catch((failure) => {
  process.stderr.write(`${failure.stack || failure}\n`);
  process.exitCode = 1;
});
