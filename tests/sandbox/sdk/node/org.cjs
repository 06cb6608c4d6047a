'use strict';
// The org itself: its settings, log, user types, schemas and realms.

const assert = require('node:assert/strict');
const { all, done, ids, refusal } = require('./checks.cjs');

async function org(client) {
  const settings = await client.orgSettingApi.getOrgSettings();
  assert.deepEqual([settings.companyName, settings.status], ['Harbourlight', 'ACTIVE']);
  done('getOrgSettings');
  await log(client);
  await types(client);
  await groupSchema(client);
  await realms(client);
}

async function log({ systemLogApi, userApi }) {
  const { id: userId } = await userApi.getUser({ userId: 'ada.byrne' });
  await userApi.suspendUser({ userId });
  await userApi.unsuspendUser({ userId });
  const filter = `target.id eq "${userId}" and eventType sw "user.lifecycle"`;
  const [latest, former] = await all(systemLogApi.listLogEvents({ filter, sortOrder: 'DESCENDING' }));
  assert.deepEqual([latest.eventType, former.eventType], ['user.lifecycle.unsuspend', 'user.lifecycle.suspend']);
  assert.equal(latest.outcome.result, 'SUCCESS');

  const [since, until] = [new Date(Date.now() - 7 * 86_400_000).toISOString(), new Date().toISOString()];
  const paged = await all(systemLogApi.listLogEvents({ since, until, limit: 50 }));
  const whole = await all(systemLogApi.listLogEvents({ since, until, limit: 1000 }));
  assert.ok(paged.length > 150);
  assert.deepEqual(paged.map((event) => event.uuid), whole.map((event) => event.uuid));
  assert.equal(new Set(paged.map((event) => event.uuid)).size, paged.length);

  // Without `until` there is always a next page; the SDK ends at the first empty one.
  const polled = await all(systemLogApi.listLogEvents({ since, filter: 'eventType eq "user.lifecycle.unsuspend"' }));
  assert.equal(polled.at(-1).uuid, latest.uuid);
  assert.ok((await all(systemLogApi.listLogEvents({ since, until, q: 'suspend', limit: 5 }))).length > 0);
  assert.deepEqual(await refusal(all(systemLogApi.listLogEvents({ filter: 'foo eq "bar"' }))), [400, 'E0000053']);
  done('listLogEvents');
}

async function types({ userTypeApi, schemaApi, userApi }) {
  const kind = await userTypeApi.createUserType({ userType: { name: 'contractor', displayName: 'Contractor' } });
  assert.deepEqual([kind.name, kind._default], ['contractor', false]);
  done('createUserType');

  const typeId = kind.id;
  const named = { displayName: 'Temporary', description: 'Here for a while' };
  assert.equal((await userTypeApi.updateUserType({ typeId, userType: named })).displayName, 'Temporary');
  done('updateUserType');

  const replaced = { name: 'contractor', displayName: 'External', description: 'Not of the company' };
  assert.equal((await userTypeApi.replaceUserType({ typeId, userType: replaced })).displayName, 'External');
  done('replaceUserType');

  const read = await userTypeApi.getUserType({ typeId });
  assert.equal(read.description, 'Not of the company');
  done('getUserType');

  assert.deepEqual((await all(userTypeApi.listUserTypes())).map((one) => one.name), ['user', 'contractor']);
  done('listUserTypes');

  const base = (await schemaApi.getUserSchema({ schemaId: 'default' })).definitions.base;
  assert.equal(base.properties.login.maxLength, 100);
  const schemaId = read._links.schema.href.split('/').at(-1);
  assert.ok((await schemaApi.getUserSchema({ schemaId })).definitions.base.properties.email);
  done('getUserSchema');

  const agency = { title: 'Agency', type: 'string', maxLength: 20 };
  const userSchema = { definitions: { custom: { id: '#custom', type: 'object', properties: { agency } } } };
  const changed = await schemaApi.updateUserProfile({ schemaId, userSchema });
  assert.equal(changed.definitions.custom.properties.agency.title, 'Agency');
  const profile = { firstName: 'Sam', lastName: 'Lee', login: 'sam.lee@example.com', email: 'sam.lee@example.com' };
  const body = { type: { id: typeId }, profile: { ...profile, agency: 'Gangway' } };
  const { id: userId } = await userApi.createUser({ body, activate: false });
  assert.equal((await userApi.getUser({ userId })).profile.agency, 'Gangway');
  done('updateUserProfile');

  assert.equal((await refusal(userTypeApi.deleteUserType({ typeId })))[0], 400);
  await userApi.deleteUser({ userId });
  await userApi.deleteUser({ userId });
  await userTypeApi.deleteUserType({ typeId });
  assert.deepEqual(await refusal(userTypeApi.getUserType({ typeId })), [404, 'E0000007']);
  done('deleteUserType');
}

async function groupSchema({ schemaApi, groupApi }) {
  const costCenter = { title: 'Cost center', type: 'string', maxLength: 4 };
  const definitions = { custom: { id: '#custom', type: 'object', properties: { costCenter } } };
  await schemaApi.updateGroupSchema({ GroupSchema: { definitions } });
  const { id: groupId } = await groupApi.createGroup({ group: { profile: { name: 'Owners', costCenter: 'CC-7' } } });
  // The SDK drops what groups have of their own when it reads them.
  const found = await all(groupApi.listGroups({ search: 'profile.costCenter eq "CC-7"' }));
  assert.deepEqual(ids(found), [groupId]);
  const long = { profile: { name: 'Owners', costCenter: 'CC-77' } };
  assert.deepEqual(await refusal(groupApi.replaceGroup({ groupId, group: long })), [400, 'E0000001']);
  await groupApi.deleteGroup({ groupId });
  done('updateGroupSchema');

  const schema = await schemaApi.getGroupSchema();
  assert.equal(schema.definitions.base.properties.name.maxLength, 255);
  assert.equal(schema.definitions.custom.properties.costCenter.title, 'Cost center');
  done('getGroupSchema');
}

async function realms({ realmApi, userApi }) {
  const realm = await realmApi.createRealm({ body: { profile: { name: 'Partners', realmType: 'PARTNER' } } });
  assert.deepEqual([realm.profile.name, realm.isDefault], ['Partners', false]);
  done('createRealm');

  const realmId = realm.id;
  const changed = { profile: { name: 'Carriers', realmType: 'PARTNER', domains: ['carriers.example.com'] } };
  assert.equal((await realmApi.replaceRealm({ realmId, body: changed })).profile.name, 'Carriers');
  done('replaceRealm');

  assert.deepEqual((await realmApi.getRealm({ realmId })).profile.domains, ['carriers.example.com']);
  done('getRealm');

  assert.equal((await all(realmApi.listRealms({ limit: 1 }))).length, 2);
  assert.deepEqual(ids(await all(realmApi.listRealms({ search: 'profile.name co "carr"' }))), [realmId]);
  done('listRealms');

  const profile = { firstName: 'Jo', lastName: 'Bay', login: 'jo.bay@example.com', email: 'jo.bay@example.com' };
  const { id: userId } = await userApi.createUser({ body: { profile, realmId }, activate: false });
  assert.equal((await userApi.getUser({ userId })).realmId, realmId);
  assert.deepEqual(await refusal(realmApi.deleteRealm({ realmId })), [400, 'E0000178']);
  await userApi.deleteUser({ userId });
  await userApi.deleteUser({ userId });
  await realmApi.deleteRealm({ realmId });
  assert.deepEqual(await refusal(realmApi.getRealm({ realmId })), [404, 'E0000007']);
  done('deleteRealm');
}

module.exports = org;
