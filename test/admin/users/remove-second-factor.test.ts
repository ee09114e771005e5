import t from 'tap'
import { RemoveSecondFactor } from '../../../src/admin/users/remove-second-factor.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSession, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role = 'admin') {
  const fakes = openFakes()
  const user = aUser({ email: 'sol@example.test', role })
  fakes.users.add(user, { subscription: null })
  for (const kind of ['seller', 'staff', 'staff_pending_second_factor'] as const)
    await fakes.sessions.open(aSession({ userId: user.id, kind }))
  const removal = new RemoveSecondFactor(fakes)
  return {
    ...fakes,
    user,
    addApp: () => fakes.factors.save(acceptCode(createSecondFactor(user.id, new Secret('x')), 0, noon)),
    addPasskey: () => fakes.passkeys.add(aPasskey({ userId: user.id })),
    remove: (email = user.email) => removal.execute({ email }),
    countSessions: async () => (await fakes.sessions.activeByUser(user.id, noon)).length,
  }
}

t.test('S-46 removing second factors ends every session, and the user learns of it by email', async t => {
  for (const factor of ['addApp', 'addPasskey'] as const) {
    const setup = await scene()
    const { remove, countSessions, factors, passkeys, user, emails } = setup
    await setup[factor]()

    t.equal(await remove(), 'removed', factor)

    t.strictSame([await factors.of(user.id), await passkeys.of(user.id)], [null, []])
    t.equal(await countSessions(), 0)
    t.strictSame(emails.notices, [{ to: user.email, event: 'second_factor_removed' }])
  }
})

t.test('S-46 staff get a link to set up a new second factor, sellers need none', async t => {
  for (const [role, links] of [
    ['admin', 1],
    ['support', 1],
    ['manager', 0],
    ['seller', 0],
  ] as const) {
    const { addApp, remove, emails } = await scene(role)
    await addApp()
    await remove()
    t.equal(emails.toEnrol.length, links, role)
  }
})

t.test('S-46 without a second factor the sessions end, and no email is sent', async t => {
  const { remove, countSessions, emails } = await scene()
  t.equal(await remove(), 'had_none')
  t.equal(await countSessions(), 0)
  t.equal(await remove('nobody@example.test'), 'user_not_found')
  t.strictSame([emails.notices, emails.toEnrol], [[], []])
})
