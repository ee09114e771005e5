import t from 'tap'
import { OutboxAccessEmails } from '../../src/composition/bridges/outbox-access-emails.ts'
import { Secret } from '../../src/domain/secret.ts'
import { aUser, hoursLater, minutesLater, noon } from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'

t.test('each email with a link states how long the link is valid and is due at once', async t => {
  const { outbox, clock } = openFakes()
  const emails = new OutboxAccessEmails(outbox, clock)
  const user = aUser()
  const link = new Secret('a-token')

  await emails.sendInvitation(user, link)
  await emails.sendPasswordReset(user, link)
  await emails.sendConnectLink(user, link)
  await emails.sendConnectLink(user, link)

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
  ])
})
