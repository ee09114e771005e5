import t from 'tap'
import { Secret } from '../../../src/domain/secret.ts'
import { mailChoicesContract, outboxContract } from '../../support/contracts/outbox.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { anId, hoursLater, noon } from '../../support/examples.ts'

outboxContract(t, openPostgresStores)
mailChoicesContract(t, openPostgresStores)

t.test('S-12 S-31 a secret link is stored encrypted and erased once its email is finished', async t => {
  const stores = await openPostgresStores(t)
  const { id: personId } = await stores.addPerson()
  const outcomes = [
    { outcome: 'sent', at: noon, subject: 'Reset your password', text: null },
    { outcome: 'given_up', at: noon, trouble: '550' },
    { outcome: 'dropped', at: noon, why: 'expired' },
  ] as const
  for (const outcome of outcomes) {
    const mail = {
      kind: 'password_reset',
      link: new Secret('https://ads.example/reset/abc'),
      validUntil: hoursLater(1).toISOString(),
    } as const
    const moments = { createdAt: noon, dueAt: noon }
    await stores.outbox.put({ episode: anId(), personId, connectionId: null, mail, ...moments })
    t.notMatch(await stores.rawText('mail'), 'reset/abc')
    t.match(await stores.rawText('mail'), /"link":"2\./)

    const claimed = await stores.outbox.claim(noon)
    if (!claimed) throw new Error('it is due')
    await stores.outbox.conclude(claimed, outcome)
    t.notMatch(await stores.rawText('mail'), /"link":"/)
  }
})

t.test('S-31 an email’s lease outlasts the delivery but not two minutes', async t => {
  const stores = await openPostgresStores(t)
  const { id: personId } = await stores.addPerson()
  const mail = { kind: 'connection_erased', closedAt: noon.toISOString() } as const
  await stores.outbox.put({ episode: 'e', personId, connectionId: null, mail, createdAt: noon, dueAt: noon })
  await stores.outbox.claim(noon)

  const [row] = await stores.query<{ seconds: number }>(
    'select extract(epoch from leased_until - clock_timestamp())::float as seconds from mail',
  )
  t.ok(row && row.seconds > 60 && row.seconds <= 120)
})
