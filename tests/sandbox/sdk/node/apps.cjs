'use strict';
// Applications, and who is assigned to them.

const assert = require('node:assert/strict');
const { all, done, ids, refusal } = require('./checks.cjs');

async function apps({ applicationApi, groupApi, userApi }) {
  const app = await creating(applicationApi);
  await listing(applicationApi, userApi);
  await assignedUsers(applicationApi, userApi, app);
  await assignedGroups(applicationApi, groupApi, app);
  await removing(applicationApi, app);
}

async function creating(applicationApi) {
  const canteen = (label) => ({
    name: 'bookmark',
    label,
    signOnMode: 'BOOKMARK',
    settings: { app: { requestIntegration: false, url: 'https://canteen.example.com' } },
  });
  const app = await applicationApi.createApplication({ application: canteen('Canteen') });
  assert.deepEqual([app.label, app.status, app.settings.app.url], ['Canteen', 'ACTIVE', 'https://canteen.example.com']);
  done('createApplication');

  const appId = app.id;
  await applicationApi.replaceApplication({ appId, application: canteen('Canteen and bar') });
  done('replaceApplication');

  assert.equal((await applicationApi.getApplication({ appId })).label, 'Canteen and bar');
  assert.deepEqual(await refusal(applicationApi.getApplication({ appId: '0oanothing' })), [404, 'E0000007']);
  done('getApplication');
  return app;
}

async function listing(applicationApi, userApi) {
  const found = await all(applicationApi.listApplications({ limit: 3 }));
  assert.ok(ids(found).length > 9);
  assert.ok(new Set(found.map((app) => app.signOnMode)).size > 4);
  const { id: userId } = await userApi.getUser({ userId: 'wei.chen' });
  const assigned = await all(
    applicationApi.listApplications({ filter: `user.id eq "${userId}"`, expand: `user/${userId}`, limit: 2 }),
  );
  const links = await all(userApi.listAppLinks({ userId }));
  assert.deepEqual(assigned.map((app) => app.label).sort(), links.map((link) => link.label).sort());
  const wiki = await all(applicationApi.listApplications({ q: 'team' }));
  assert.deepEqual(wiki.map((app) => app.label), ['Team Wiki']);
  done('listApplications');
}

async function assignedUsers(applicationApi, userApi, { id: appId }) {
  const { id: userId } = await userApi.getUser({ userId: 'wei.chen' });
  const assigned = await applicationApi.assignUserToApplication({ appId, appUser: { id: userId } });
  assert.deepEqual([assigned.id, assigned.scope], [userId, 'USER']);
  done('assignUserToApplication');

  const appUser = { credentials: { userName: 'wei' } };
  assert.equal((await applicationApi.updateApplicationUser({ appId, userId, appUser })).credentials.userName, 'wei');
  done('updateApplicationUser');

  assert.equal((await applicationApi.getApplicationUser({ appId, userId })).credentials.userName, 'wei');
  done('getApplicationUser');

  const [mail] = await all(applicationApi.listApplications({ q: 'Mail Suite' }));
  assert.ok(ids(await all(applicationApi.listApplicationUsers({ appId: mail.id, limit: 20 }))).length > 40);
  assert.deepEqual(ids(await all(applicationApi.listApplicationUsers({ appId }))), [userId]);
  done('listApplicationUsers');

  await applicationApi.unassignUserFromApplication({ appId, userId });
  assert.deepEqual(await refusal(applicationApi.getApplicationUser({ appId, userId })), [404, 'E0000007']);
  done('unassignUserFromApplication');
}

async function assignedGroups(applicationApi, groupApi, { id: appId }) {
  const [it] = await all(groupApi.listGroups({ search: 'profile.name eq "IT"' }));
  const groupId = it.id;
  const assigned = await applicationApi.assignGroupToApplication({
    appId,
    groupId,
    applicationGroupAssignment: { priority: 0 },
  });
  assert.equal(assigned.id, groupId);
  done('assignGroupToApplication');

  assert.equal((await applicationApi.getApplicationGroupAssignment({ appId, groupId })).priority, 0);
  done('getApplicationGroupAssignment');

  assert.deepEqual(ids(await all(applicationApi.listApplicationGroupAssignments({ appId }))), [groupId]);
  const scopes = (await all(applicationApi.listApplicationUsers({ appId }))).map((user) => user.scope);
  assert.deepEqual(new Set(scopes), new Set(['GROUP']));
  done('listApplicationGroupAssignments');

  await applicationApi.unassignApplicationFromGroup({ appId, groupId });
  assert.deepEqual(await all(applicationApi.listApplicationUsers({ appId })), []);
  done('unassignApplicationFromGroup');
}

async function removing(applicationApi, { id: appId }) {
  const status = async () => (await applicationApi.getApplication({ appId })).status;
  assert.deepEqual(await refusal(applicationApi.deleteApplication({ appId })), [403, 'E0000056']);
  await applicationApi.deactivateApplication({ appId });
  assert.equal(await status(), 'INACTIVE');
  done('deactivateApplication');

  await applicationApi.activateApplication({ appId });
  assert.equal(await status(), 'ACTIVE');
  done('activateApplication');

  await applicationApi.deactivateApplication({ appId });
  await applicationApi.deleteApplication({ appId });
  assert.deepEqual(await refusal(applicationApi.getApplication({ appId })), [404, 'E0000007']);
  done('deleteApplication');
}

module.exports = apps;
