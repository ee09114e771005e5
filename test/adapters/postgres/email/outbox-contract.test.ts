import t from 'tap'
import { Secret } from '../../../../src/domain/secret.ts'
import { emailPreferenceStoreContract, outboxContract } from '../../../support/contracts/outbox.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { anId, hoursLater, noon } from '../../../support/examples.ts'

outboxContract(t, openPostgresStores)
emailPreferenceStoreContract(t, openPostgresStores)

t.test('S-12 S-31 a secret link is stored encrypted and erased once its email is finished', async t => {
  const stores = await openPostgresStores(t)
  const { id: userId } = await stores.createUser()
  const outcomes = [
    { outcome: 'sent', at: noon, subject: 'Reset your password', text: null },
    { outcome: 'failed', at: noon, error: '550' },
    { outcome: 'suppressed', at: noon, why: 'expired' },
  ] as const
  for (const outcome of outcomes) {
    const message = {
      kind: 'password_reset',
      link: new Secret('https://ads.example/reset/abc'),
      validUntil: hoursLater(1).toISOString(),
    } as const
    const dates = { createdAt: noon, dueAt: noon }
    await stores.outbox.put({ idempotencyKey: anId(), userId, connectionId: null, message, ...dates })
    t.notMatch(await stores.rawText('email_message'), 'reset/abc')
    t.match(await stores.rawText('email_message'), /"link":"2\./)

    const claimed = await stores.outbox.claim(noon)
    if (!claimed) throw new Error('expected an email that is due')
    await stores.outbox.complete(claimed, outcome)
    t.notMatch(await stores.rawText('email_message'), /"link":"/)
  }
})

t.test('S-31 an email’s lease outlasts its delivery but ends within two minutes', async t => {
  const stores = await openPostgresStores(t)
  const { id: userId } = await stores.createUser()
  const message = { kind: 'connection_erased', closedAt: noon.toISOString() } as const
  await stores.outbox.put({
    idempotencyKey: 'e',
    userId,
    connectionId: null,
    message,
    createdAt: noon,
    dueAt: noon,
  })
  await stores.outbox.claim(noon)

  const [row] = await stores.query<{ seconds: number }>(
    'select extract(epoch from leased_until - clock_timestamp())::float as seconds from email_message',
  )
  t.ok(row && row.seconds > 60 && row.seconds <= 120)
})
