import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { ChangeAccess } from '../../../../src/admin/users/change-access.ts'
import { ChangeRole } from '../../../../src/admin/users/change-role.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSession, noon } from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

/** Two admins. The fakes send no emails and make no links. */
async function scene(t: Test) {
  const { clock, emails, issueAccessLink } = openFakes()
  const stores = await openPostgresStores(t)
  const lockAdmins = stores.users.lockAdmins.bind(stores.users)
  stores.users.lockAdmins = async () => {
    const ids = await lockAdmins()
    // Without the lock, the other transaction would read the same admins now.
    await sleep(50)
    return ids
  }
  const deps = { ...stores, clock, emails, issueAccessLink }
  const admins = [
    await stores.createUser({ role: 'admin' }),
    await stores.createUser({ role: 'admin' }),
  ] as const
  for (const { id: userId } of admins) await stores.sessions.open(aSession({ userId, kind: 'staff' }))
  const [changeRole, changeAccess] = [new ChangeRole(deps), new ChangeAccess(deps)]
  return {
    ...stores,
    admins,
    demote: (userId: (typeof admins)[number]['id']) =>
      changeRole.execute({ about: { userId }, role: 'seller', source: 'command' }),
    disable: (userId: (typeof admins)[number]['id']) =>
      changeAccess.execute({ about: { userId }, isDisabled: true, source: 'command' }),
  }
}

for (const [name, first, second] of [
  ['two demotions', 'demote', 'demote'],
  ['two disablings', 'disable', 'disable'],
  ['a demotion and a disabling', 'demote', 'disable'],
] as const)
  t.test(`S-46 of ${name} at once, one is rejected, so that an admin remains`, async t => {
    const setup = await scene(t)
    const { admins, users, sessions, unitOfWork } = setup

    const results = await Promise.allSettled([setup[first](admins[0].id), setup[second](admins[1].id)])

    t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    t.match(
      results.find(({ status }) => status === 'rejected'),
      { reason: { code: 'last_admin' } },
    )
    const remaining = await unitOfWork.transaction(() => users.lockAdmins())
    t.equal(remaining.length, 1)
    for (const { id } of admins)
      t.equal((await sessions.activeByUser(id, noon)).length, remaining.includes(id) ? 1 : 0)
  })
