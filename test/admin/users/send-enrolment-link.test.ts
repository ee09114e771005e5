import t from 'tap'
import { SendEnrolmentLink } from '../../../src/admin/users/send-enrolment-link.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSession, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene({ byRole = 'admin', role = 'support' }: { byRole?: Role; role?: Role } = {}) {
  const fakes = openFakes()
  const [by, user] = [aUser({ role: byRole }), aUser({ email: 'sol@example.test', role })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const session = aSession({ userId: by.id, kind: 'staff' })
  await fakes.sessions.open(session)
  const sendEnrolmentLink = new SendEnrolmentLink(fakes)
  const send = (userId = user.id) =>
    sendEnrolmentLink.execute({
      by: by.id,
      verification: { sessionId: session.id, answer: null },
      userId,
      reason: 'The first link has expired',
      from: anOrigin,
    })
  return { ...fakes, by, user, send }
}

t.test('S-43 S-46 an admin sends staff an enrolment link, which only the recipient sees', async t => {
  const { send, emails, audit, links, by, user } = await scene()

  t.equal(await send(), undefined)

  const [email] = emails.toEnrol
  t.match(email, { to: user.email, link: /^https:\/\/ads\.example\/admin\/enrol\/[\w-]{43}$/ })
  const token = new Secret(email?.link.split('/').at(-1) ?? '')
  t.match(await links.find(token, 'enrolment', noon), { userId: user.id })
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'enrolment_link_sent',
      userId: user.id,
      connectionId: null,
      reason: 'The first link has expired',
      before: null,
      after: null,
      from: anOrigin,
    },
  ])
})

t.test('S-46 no enrolment link is sent to sellers or to staff with a second factor', async t => {
  const assertRejected = async (
    { send, emails, audit }: Awaited<ReturnType<typeof scene>>,
    code: string,
    userId?: UserId,
  ) => {
    await t.rejects(send(userId), { code })
    t.strictSame([emails.toEnrol, audit.entries], [[], []])
  }
  for (const role of ['seller', 'manager'] as const)
    await assertRejected(await scene({ role }), 'cannot_enrol')
  const withApp = await scene()
  await withApp.factors.save(acceptCode(createSecondFactor(withApp.user.id, new Secret('x')), 0, noon))
  await assertRejected(withApp, 'cannot_enrol')
  const withPasskey = await scene()
  await withPasskey.passkeys.add(aPasskey({ userId: withPasskey.user.id }))
  await assertRejected(withPasskey, 'cannot_enrol')
  for (const byRole of ['support', 'manager', 'seller'] as const)
    await assertRejected(await scene({ byRole }), 'admins_only')
  await assertRejected(await scene(), 'user_not_found', anId<UserId>())
})
