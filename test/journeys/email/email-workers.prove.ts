import { randomUUID } from 'node:crypto'
import t from 'tap'
import { Outbox } from '../../../src/application/email/ports.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import type { TestProduct } from '../../support/product/test-product.ts'
import { startWorkerProcess } from '../../support/product/worker-process.ts'
import { until } from '../user-records.ts'
import { minute, startProductWithMailServer } from './email-product.ts'

function queueEmails({ product, clock }: TestProduct, userId: UserId, count = 1): Promise<void> {
  const now = clock.now()
  return product.container.get(Outbox).put(
    ...Array.from({ length: count }, () => ({
      idempotencyKey: randomUUID(),
      userId,
      connectionId: null,
      message: { kind: 'connection_erased', closedAt: now.toISOString() } as const,
      createdAt: now,
      dueAt: now,
    })),
  )
}

const countSentEmails = async ({ query }: TestProduct): Promise<number> => {
  const [row] = await query<{ count: number }>(
    'select count(*)::int as count from email_message where sent_at is not null',
  )
  return row?.count ?? 0
}

t.test('S-31 three workers send each email once', { timeout: 120_000 }, async t => {
  const { product, server } = await startProductWithMailServer(t)
  const workers = [startWorkerProcess(product), startWorkerProcess(product)]
  t.teardown(() => workers.map(worker => worker.kill()))
  const { id } = await product.newUser()
  for (let round = 0; round < 10; round += 1) {
    await queueEmails(product, id, 10)
    await until('all emails are sent', async () => (await countSentEmails(product)) === 10 * (round + 1), 30)
  }

  t.equal(server.received.length, 100)
  t.equal(new Set(server.received.map(({ head }) => head('Message-ID'))).size, 100)
  t.strictSame(
    await product.query(`select from timeline_entry where kind = 'email_sent'`),
    Array(100).fill({}),
  )
})

t.test('S-31 another worker sends a killed worker’s email once', { timeout: 120_000 }, async t => {
  const { product, server } = await startProductWithMailServer(t, { worker: false })
  const { id } = await product.newUser()
  server.setBehaviour({ kind: 'hangs' })
  await queueEmails(product, id)
  const victim = startWorkerProcess(product)
  await until('the worker is sending the email', async () => server.messageCount() === 1)
  victim.kill('SIGKILL')
  await until('the worker has exited', async () => victim.signalCode !== null)
  server.setBehaviour({ kind: 'accepts' })
  const successor = startWorkerProcess(product)
  t.teardown(() => successor.kill())
  await product.query(`update email_message set leased_until = now() - interval '1 second'`)
  await until('another worker has sent the email', async () => (await countSentEmails(product)) === 1)

  t.equal(server.received.length, 1)
  t.strictSame(await product.query(`select tries, fencing_token from email_message`), [
    { tries: 0, fencing_token: 2 },
  ])
})

t.test('S-31 a lost server response leads to two emails with one Message-ID', async t => {
  const { product, server } = await startProductWithMailServer(t)
  const { id } = await product.newUser()
  server.setBehaviour({ kind: 'disconnects' })
  await queueEmails(product, id)
  await until(
    'the first try has failed',
    async () => (await product.query('select from email_message where tries = 1')).length === 1,
  )
  server.setBehaviour({ kind: 'accepts' })
  product.clock.advance(2 * minute)
  await until('the email is sent', async () => (await countSentEmails(product)) === 1)

  const ids = server.received.map(({ head }) => head('Message-ID'))
  t.equal(ids.length, 2)
  t.equal(new Set(ids).size, 1)
})

t.test('S-31 a failed email is logged without its recipient', async t => {
  const { product, server } = await startProductWithMailServer(t)
  const { id, email } = await product.newUser()
  server.setBehaviour({ kind: 'rejects', at: 'recipient', answer: `550 5.1.1 <${email}> is unknown` })
  await queueEmails(product, id)
  await until('the email has failed', async () => product.logged().includes('EmailFailed'))

  t.match(await product.query('select event, severity from timeline_entry'), [
    { event: { kind: 'email_failed', error: /^550 5\.1\.1/ }, severity: 'error' },
  ])
  doesNotMatch(t, product.logged(), email)
})

t.test('S-31 a stopping product records the email that it is delivering', async t => {
  const { product, server } = await startProductWithMailServer(t)
  const { id } = await product.newUser()
  server.setBehaviour({ kind: 'accepts', afterMilliseconds: 2000 })
  await queueEmails(product, id, 2)
  await until('the email is being delivered', async () => server.messageCount() === 1)

  await product.product.stop()

  t.equal(await countSentEmails(product), 1, 'no other email is started')
  t.equal(server.received.length, 1)
})
