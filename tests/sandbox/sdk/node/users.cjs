'use strict';
// Users, their lifecycle and credentials, and what belongs to them.

const assert = require('node:assert/strict');
const { all, done, ids, refusal } = require('./checks.cjs');

// The plus has to arrive as one, and not as a space.
const LOGIN = 'robin+vale@example.com';
const FIRST = { value: 'Corr3ct-horse' };
const SECOND = { value: 'Batt3ry-staple' };
const THIRD = { value: 'Saddl3-lantern' };
const PERSON = { firstName: 'Robin', lastName: 'Vale', login: LOGIN, email: LOGIN };

async function users({ userApi, roleAssignmentApi }) {
  const robin = await creating(userApi);
  await listing(userApi);
  await changing(userApi, robin);
  await passwords(userApi, robin);
  await lifecycle(userApi, robin);
  await ofSomebody(userApi, roleAssignmentApi);
  await leaving(userApi, robin);
}

async function creating(userApi) {
  const recovery = { question: 'Favourite harbour?', answer: 'Northlight' };
  const body = { profile: PERSON, credentials: { password: FIRST, recovery_question: recovery } };
  const robin = await userApi.createUser({ body });
  assert.equal(robin.status, 'ACTIVE');
  assert.equal(robin.credentials.recovery_question.question, recovery.question);
  assert.ok(robin.created instanceof Date);
  assert.deepEqual(await refusal(userApi.createUser({ body })), [400, 'E0000001']);
  const expired = await userApi.createUser({
    body: {
      profile: { ...PERSON, login: 'toni@example.com', email: 'toni@example.com' },
      credentials: { password: FIRST },
    },
    nextLogin: 'changePassword',
  });
  assert.equal(expired.status, 'PASSWORD_EXPIRED');
  done('createUser');

  // Okta holds a proof against the decoded path, the SDK puts the encoded one into it (okta-sdk-nodejs#521); and it
  // sends a proof whenever it has a key.
  const proofs = Object.keys(process.env).some((name) => name.toUpperCase() === 'OKTA_CLIENT_PRIVATEKEY');
  for (const userId of proofs ? [robin.id] : [robin.id, LOGIN, 'robin+vale']) {
    assert.equal((await userApi.getUser({ userId })).id, robin.id);
  }
  assert.deepEqual(await refusal(userApi.getUser({ userId: 'nobody' })), [404, 'E0000007']);
  done('getUser');
  return robin;
}

async function listing(userApi) {
  const everybody = ids(await all(userApi.listUsers({ search: 'id pr', limit: 20 })));
  assert.ok(everybody.length > 60);
  assert.deepEqual(everybody, [...everybody].sort());
  const present = ids(await all(userApi.listUsers({ limit: 10 })));
  const gone = ids(await all(userApi.listUsers({ filter: 'status eq "DEPROVISIONED"', limit: 1 })));
  assert.ok(gone.length > 1);
  assert.deepEqual([...present, ...gone].sort(), everybody);
  const sales = await all(
    userApi.listUsers({
      search: 'profile.department eq "sales" and status eq "ACTIVE"',
      sortBy: 'profile.lastName',
      sortOrder: 'desc',
      limit: 3,
    }),
  );
  const names = sales.map((user) => user.profile.lastName.toLowerCase());
  assert.ok(names.length > 3);
  assert.deepEqual(names, [...names].sort().reverse());
  assert.equal((await all(userApi.listUsers({ q: 'robin' }))).length > 0, true);
  assert.deepEqual(await refusal(all(userApi.listUsers({ search: 'profile.firstname eq "Ada"' }))), [400, 'E0000031']);
  done('listUsers');
}

async function changing(userApi, robin) {
  const userId = robin.id;
  const titled = await userApi.updateUser({ userId, user: { profile: { title: 'Archivist', city: 'Lyon' } } });
  assert.deepEqual([titled.profile.title, titled.profile.firstName], ['Archivist', 'Robin']);
  const cleared = await userApi.updateUser({ userId, user: { profile: { city: null } } });
  assert.deepEqual([cleared.profile.title, cleared.profile.city], ['Archivist', undefined]);
  done('updateUser');

  const replaced = await userApi.replaceUser({ userId, user: { profile: { ...PERSON, nickName: 'Rob' } } });
  assert.deepEqual([replaced.profile.title, replaced.profile.nickName], [undefined, 'Rob']);
  const incomplete = userApi.replaceUser({ userId, user: { profile: { firstName: 'Robin' } } });
  assert.deepEqual(await refusal(incomplete), [400, 'E0000001']);
  done('replaceUser');
}

async function passwords(userApi, robin) {
  const userId = robin.id;
  const changed = await userApi.changePassword({
    userId,
    changePasswordRequest: { oldPassword: FIRST, newPassword: SECOND },
  });
  assert.equal(changed.provider.type, 'OKTA');
  const wrong = { oldPassword: FIRST, newPassword: THIRD };
  assert.deepEqual(await refusal(userApi.changePassword({ userId, changePasswordRequest: wrong })), [403, 'E0000014']);
  done('changePassword');

  const question = { question: 'Favourite pier?', answer: 'Westmole' };
  const asked = await userApi.changeRecoveryQuestion({
    userId,
    userCredentials: { password: SECOND, recovery_question: question },
  });
  assert.deepEqual(asked.recovery_question.question, question.question);
  done('changeRecoveryQuestion');

  const link = await userApi.forgotPassword({ userId, sendEmail: false });
  assert.match(link.resetPasswordUrl, /^http:.*\/signin\/reset-password\/./);
  assert.equal((await userApi.getUser({ userId })).status, 'ACTIVE');
  done('forgotPassword');

  const recovered = await userApi.forgotPasswordSetNewPassword({
    userId,
    userCredentials: { password: THIRD, recovery_question: { answer: 'westmole' } },
  });
  assert.equal(recovered.provider.type, 'OKTA');
  done('forgotPasswordSetNewPassword');

  const expired = await userApi.expirePassword({ userId });
  assert.equal(expired.status, 'PASSWORD_EXPIRED');
  done('expirePassword');

  // The SDK takes the answer for a user, and drops the temporary password.
  await userApi.expirePasswordAndGetTemporaryPassword({ userId, revokeSessions: true });
  const stale = { oldPassword: THIRD, newPassword: FIRST };
  assert.deepEqual(await refusal(userApi.changePassword({ userId, changePasswordRequest: stale })), [403, 'E0000014']);
  done('expirePasswordWithTempPassword');

  const reset = await userApi.generateResetPasswordToken({ userId, sendEmail: false, revokeSessions: true });
  assert.match(reset.resetPasswordUrl, /^http:.*\/reset_password\/./);
  assert.equal((await userApi.getUser({ userId })).status, 'RECOVERY');
  await userApi.updateUser({ userId, user: { credentials: { password: FIRST } } });
  assert.equal((await userApi.getUser({ userId })).status, 'ACTIVE');
  done('resetPassword');
}

async function lifecycle(userApi, robin) {
  const userId = robin.id;
  const status = async () => (await userApi.getUser({ userId })).status;
  await userApi.suspendUser({ userId });
  assert.equal(await status(), 'SUSPENDED');
  assert.deepEqual(await refusal(userApi.suspendUser({ userId })), [400, 'E0000001']);
  done('suspendUser');

  await userApi.unsuspendUser({ userId });
  assert.equal(await status(), 'ACTIVE');
  done('unsuspendUser');

  const profile = { firstName: 'Kim', lastName: 'Roe', login: 'kim.roe@example.com', email: 'kim.roe@example.com' };
  const staged = await userApi.createUser({ body: { profile }, activate: false });
  assert.equal(staged.status, 'STAGED');
  const link = await userApi.activateUser({ userId: staged.id, sendEmail: false });
  assert.ok(link.activationUrl.endsWith(`/${link.activationToken}/verify`));
  assert.equal((await userApi.getUser({ userId: staged.id })).status, 'PROVISIONED');
  assert.deepEqual(await refusal(userApi.activateUser({ userId })), [403, 'E0000016']);
  done('activateUser');

  const again = await userApi.reactivateUser({ userId: staged.id, sendEmail: false });
  assert.notEqual(again.activationToken, link.activationToken);
  assert.deepEqual(await refusal(userApi.reactivateUser({ userId })), [403, 'E0000038']);
  done('reactivateUser');

  const felix = await userApi.getUser({ userId: 'felix.hartmann' });
  assert.equal(felix.status, 'LOCKED_OUT');
  await userApi.unlockUser({ userId: felix.id });
  assert.equal((await userApi.getUser({ userId: felix.id })).status, 'ACTIVE');
  assert.deepEqual(await refusal(userApi.unlockUser({ userId })), [403, 'E0000032']);
  done('unlockUser');

  await userApi.resetFactors({ userId });
  assert.equal(await status(), 'ACTIVE');
  done('resetFactors');
}

async function ofSomebody(userApi, roleAssignmentApi) {
  const { id: userId } = await userApi.getUser({ userId: 'wei.chen' });
  const groups = await all(userApi.listUserGroups({ userId }));
  const names = groups.map((group) => group.profile.name);
  assert.ok(names.includes('Everyone') && names.includes('IT'));
  done('listUserGroups');

  const labels = (await all(userApi.listAppLinks({ userId }))).map((link) => link.label);
  assert.ok(labels.includes('Mail Suite') && labels.includes('Code Hosting'));
  done('listAppLinks');

  assert.deepEqual(await all(userApi.listUserBlocks({ userId })), []);
  done('listUserBlocks');

  assert.deepEqual(await all(roleAssignmentApi.listAssignedRolesForUser({ userId })), []);
  const admin = await userApi.getUser({ userId: 'admin' });
  const [role] = await all(roleAssignmentApi.listAssignedRolesForUser({ userId: admin.id }));
  assert.equal(role.type, 'SUPER_ADMIN');
  done('listAssignedRolesForUser');

  await userApi.revokeUserSessions({ userId, oauthTokens: true });
  done('revokeUserSessions');
}

async function leaving(userApi, robin) {
  const userId = robin.id;
  const status = async () => (await userApi.getUser({ userId })).status;
  await userApi.deactivateUser({ userId, prefer: 'respond-async' });
  assert.equal(await status(), 'DEPROVISIONED');
  assert.deepEqual(await refusal(userApi.deactivateUser({ userId })), [404, 'E0000007']);
  await userApi.activateUser({ userId });
  assert.equal(await status(), 'PROVISIONED');
  done('deactivateUser');

  await userApi.deleteUser({ userId });
  assert.equal(await status(), 'DEPROVISIONED');
  await userApi.deleteUser({ userId });
  assert.deepEqual(await refusal(userApi.getUser({ userId })), [404, 'E0000007']);
  done('deleteUser');
}

module.exports = users;
