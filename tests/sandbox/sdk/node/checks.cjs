'use strict';
// What every part of the script says and asks.

const assert = require('node:assert/strict');

/** Print the operationId of an operation whose answers were right. */
function done(operation) {
  process.stdout.write(`${operation}\n`);
}

/** Await a call that has to be refused; return the HTTP status and Okta's error code. */
async function refusal(call) {
  const outcome = await call.then(
    () => 'no refusal',
    (error) => error,
  );
  assert.equal(outcome?.name, 'OktaApiError', outcome);
  return [outcome.status, outcome.errorCode];
}

/** Await a listing and follow its pages; return all items. */
async function all(listing) {
  const found = [];
  await (await listing).each((item) => {
    found.push(item);
  });
  return found;
}

/** Return the ids of objects, checked to be all different. */
function ids(objects) {
  const found = objects.map((object) => object.id);
  assert.equal(new Set(found).size, found.length, 'an object came twice');
  return found;
}

module.exports = { all, done, ids, refusal };
