'use strict';
// Groups, their members, and the rules that fill them.

const assert = require('node:assert/strict');
const { all, done, ids, refusal } = require('./checks.cjs');

async function groups({ groupApi, userApi }) {
  const group = await creating(groupApi);
  await listing(groupApi);
  await members(groupApi, userApi, group);
  await rules(groupApi, group);
  await groupApi.deleteGroup({ groupId: group.id });
  assert.deepEqual(await refusal(groupApi.getGroup({ groupId: group.id })), [404, 'E0000007']);
  done('deleteGroup');
}

async function named(groupApi, name) {
  const [group] = await all(groupApi.listGroups({ search: `profile.name eq "${name}"` }));
  return group;
}

async function creating(groupApi) {
  const group = await groupApi.createGroup({ group: { profile: { name: 'Night Shift', description: 'Late' } } });
  assert.deepEqual([group.type, group.profile.name], ['OKTA_GROUP', 'Night Shift']);
  const same = groupApi.createGroup({ group: { profile: { name: 'Night Shift' } } });
  assert.deepEqual(await refusal(same), [400, 'E0000001']);
  done('addGroup');

  const groupId = group.id;
  const replaced = await groupApi.replaceGroup({ groupId, group: { profile: { name: 'Day Shift' } } });
  assert.equal(replaced.profile.name, 'Day Shift');
  done('replaceGroup');

  const { profile } = await groupApi.getGroup({ groupId });
  assert.deepEqual([profile.name, profile.description], ['Day Shift', null]);
  done('getGroup');
  return group;
}

async function listing(groupApi) {
  const found = ids(await all(groupApi.listGroups({ limit: 4 })));
  assert.ok(found.length > 12);
  assert.deepEqual(found, ids(await all(groupApi.listGroups())));
  const imported = await all(groupApi.listGroups({ filter: 'type eq "APP_GROUP"' }));
  assert.deepEqual(imported.map((group) => group.profile.name).sort(), ['Domain Users', 'Sales-EU']);
  const sales = await all(groupApi.listGroups({ q: 'sales' }));
  assert.equal(sales[0].profile.name, 'Sales');
  const [engineering] = await all(groupApi.listGroups({ search: 'profile.name sw "Engin"', expand: 'stats' }));
  assert.ok(engineering._embedded.stats.usersCount > 3);
  done('listGroups');
}

async function members(groupApi, userApi, { id: groupId }) {
  const { id: userId } = await userApi.getUser({ userId: 'wei.chen' });
  await groupApi.assignUserToGroup({ groupId, userId });
  await groupApi.assignUserToGroup({ groupId, userId });
  assert.deepEqual(ids(await all(groupApi.listGroupUsers({ groupId }))), [userId]);
  const everyone = (await named(groupApi, 'Everyone')).id;
  const domain = (await named(groupApi, 'Domain Users')).id;
  assert.deepEqual(await refusal(groupApi.assignUserToGroup({ groupId: everyone, userId })), [501, 'E0000060']);
  assert.deepEqual(await refusal(groupApi.assignUserToGroup({ groupId: domain, userId })), [403, 'E0000006']);
  done('assignUserToGroup');

  await groupApi.unassignUserFromGroup({ groupId, userId });
  assert.deepEqual(await all(groupApi.listGroupUsers({ groupId })), []);
  done('unassignUserFromGroup');

  const [{ _embedded: embedded }] = await all(
    groupApi.listGroups({ search: 'profile.name eq "Everyone"', expand: 'stats' }),
  );
  assert.equal(
    ids(await all(groupApi.listGroupUsers({ groupId: everyone, limit: 25 }))).length,
    embedded.stats.usersCount,
  );
  done('listGroupUsers');

  const apps = await all(
    groupApi.listAssignedApplicationsForGroup({ groupId: (await named(groupApi, 'Engineering')).id, limit: 1 }),
  );
  assert.deepEqual(apps.map((app) => app.label).sort(), ['Code Hosting', 'Team Wiki']);
  done('listAssignedApplicationsForGroup');
}

async function rules(groupApi, { id: groupId }) {
  const conditions = (value) => ({
    people: { users: { exclude: [] }, groups: { exclude: [] } },
    expression: { value, type: 'urn:okta:expression:1.0' },
  });
  const actions = { assignUserToGroups: { groupIds: [groupId] } };
  const rule = await groupApi.createGroupRule({
    groupRule: { type: 'group_rule', name: 'By day', conditions: conditions('user.city=="Nowhere"'), actions },
  });
  assert.equal(rule.status, 'INACTIVE');
  done('createGroupRule');

  const ruleId = rule.id;
  const wanted = { type: 'group_rule', name: 'Sales', conditions: conditions('user.department=="Sales"'), actions };
  assert.equal((await groupApi.replaceGroupRule({ ruleId, groupRule: wanted })).name, 'Sales');
  done('replaceGroupRule');

  await groupApi.activateGroupRule({ ruleId });
  assert.ok((await all(groupApi.listGroupUsers({ groupId }))).length > 3);
  done('activateGroupRule');

  const read = await groupApi.getGroupRule({ ruleId, expand: 'groupIdToGroupNameMap' });
  assert.deepEqual(
    [read.status, read.conditions.expression.value, read.actions.assignUserToGroups.groupIds],
    ['ACTIVE', 'user.department=="Sales"', [groupId]],
  );
  done('getGroupRule');

  assert.deepEqual(ids(await all(groupApi.listGroupRules({ search: 'sales' }))), [ruleId]);
  done('listGroupRules');

  assert.deepEqual(await refusal(groupApi.replaceGroupRule({ ruleId, groupRule: wanted })), [400, 'E0000001']);
  await groupApi.deactivateGroupRule({ ruleId });
  assert.equal((await groupApi.getGroupRule({ ruleId })).status, 'INACTIVE');
  done('deactivateGroupRule');

  await groupApi.deleteGroupRule({ ruleId, removeUsers: true });
  assert.deepEqual(await all(groupApi.listGroupUsers({ groupId })), []);
  assert.deepEqual(await refusal(groupApi.getGroupRule({ ruleId })), [404, 'E0000007']);
  done('deleteGroupRule');
}

module.exports = groups;
