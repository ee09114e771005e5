import t from 'tap'
import { OutboxAccessEmails } from '../../src/composition/bridges/outbox-access-emails.ts'
import { Secret } from '../../src/domain/secret.ts'
import { aUser, hoursLater, minutesLater, noon } from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'

function scene() {
  const { outbox, clock } = openFakes()
  const user = aUser()
  return { outbox, user, emails: new OutboxAccessEmails(outbox, clock) }
}

t.test('each email with a link states how long the link is valid and is due at once', async t => {
  const { outbox, user, emails } = scene()
  const link = new Secret('a-token')

  for (const purpose of ['invitation', 'reset', 'connect', 'connect', 'enrolment'] as const)
    await emails.sendLink(user, purpose, link)

  const ofUser = { userId: user.id, connectionId: null, createdAt: noon, dueAt: noon }
  const message = (kind: string, until: Date) => ({
    ...ofUser,
    message: { kind, link, validUntil: until.toISOString() },
  })
  t.has(outbox.rows.all(), [
    message('invitation', hoursLater(7 * 24)),
    message('password_reset', minutesLater(30)),
    message('connect_link', minutesLater(15)),
    message('connect_link', minutesLater(15)),
    message('enrolment_link', hoursLater(24)),
  ])
})

t.test('S-46 a security notice states what happened and when, also the second time', async t => {
  const { outbox, user, emails } = scene()
  const notice = { event: 'role_changed', role: 'support' } as const

  for (const _ of [1, 2]) await emails.sendNotice(user, notice)

  const message = { kind: 'security_notice', at: noon.toISOString(), notice }
  t.has(
    outbox.rows.all(),
    [1, 2].map(() => ({ userId: user.id, connectionId: null, message, dueAt: noon })),
  )
})
