import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startHeartbeat } from '../../../src/adapters/postgres/heartbeat.ts'

/** Milliseconds. */
const short = 400
/** Longer than a busy machine delays a heartbeat. */
const long = 30_000
const longer = 1000

function aClaim(extend: () => Promise<boolean>, timeout = short) {
  const errors: unknown[] = []
  let losses = 0
  const onLost = () => {
    losses += 1
  }
  const end = startHeartbeat(extend, { onLost, onError: error => errors.push(error) }, { every: 50, timeout })
  return { end, errors, losses: () => losses }
}

t.test('a claim that is extended is kept', async t => {
  let beats = 0
  const { end, losses, errors } = aClaim(async () => {
    beats += 1
    return true
  }, long)
  await sleep(longer)
  end()

  t.equal(losses(), 0)
  t.ok(beats > 1)
  t.strictSame(errors, [])
})

t.test('a claim taken by another process is lost once, without an error', async t => {
  const { losses, errors } = aClaim(async () => false, long)
  await sleep(longer)

  t.equal(losses(), 1)
  t.strictSame(errors, [])
})

t.test('a claim whose database does not respond is lost with an error', async t => {
  const { losses, errors } = aClaim(() => new Promise(() => undefined))
  await sleep(longer)

  t.equal(losses(), 1)
  t.match(errors, [{ message: /has not answered a heartbeat/ }])
})

t.test('a late heartbeat keeps the claim', async t => {
  const { end, losses } = aClaim(() => sleep(200, true), long)
  await sleep(longer)
  end()

  t.equal(losses(), 0)
})

t.test('a claim whose database fails is lost after a while', async t => {
  const { losses, errors } = aClaim(async () => {
    throw new Error('the database is away')
  })
  await sleep(longer)

  t.equal(losses(), 1)
  t.match(errors.at(-1), { message: /has not answered a heartbeat/ })
  t.match(errors[0], { message: /away/ })
})
