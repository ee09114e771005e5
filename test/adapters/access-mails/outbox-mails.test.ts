import t from 'tap'
import { OutboxMails } from '../../../src/adapters/access-mails/outbox-mails.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aPerson, hoursLater, minutesLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('each email with a link states how long the link is valid and is due at once', async t => {
  const { outbox, clock } = openFakes()
  const mails = new OutboxMails(outbox, clock)
  const person = aPerson()
  const link = new Secret('a-token')

  await mails.invite(person, link)
  await mails.resetPassword(person, link)
  await mails.inviteToConnect(person, link)
  await mails.inviteToConnect(person, link)

  const ofPerson = { personId: person.id, connectionId: null, createdAt: noon, dueAt: noon }
  const mail = (kind: string, until: Date) => ({
    ...ofPerson,
    mail: { kind, link, validUntil: until.toISOString() },
  })
  t.has(outbox.rows.all(), [
    mail('invitation', hoursLater(7 * 24)),
    mail('password_reset', minutesLater(30)),
    mail('connect_link', minutesLater(15)),
    mail('connect_link', minutesLater(15)),
  ])
})
