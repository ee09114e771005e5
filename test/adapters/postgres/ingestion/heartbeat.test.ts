import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startHeartbeat } from '../../../../src/adapters/postgres/ingestion/heartbeat.ts'

/** Milliseconds. */
const shortTimeout = 400
/** Longer than a busy machine delays a heartbeat. */
const longTimeout = 30_000
const waitingTime = 1000

function aClaim(extend: () => Promise<boolean>, timeout = shortTimeout) {
  const errors: unknown[] = []
  let lossCount = 0
  const onLost = () => {
    lossCount += 1
  }
  const stop = startHeartbeat(
    extend,
    { onLost, onError: error => errors.push(error) },
    { every: 50, timeout },
  )
  return { stop, errors, losses: () => lossCount }
}

t.test('a claim that is extended is kept', async t => {
  let heartbeatCount = 0
  const { stop, losses, errors } = aClaim(async () => {
    heartbeatCount += 1
    return true
  }, longTimeout)
  await sleep(waitingTime)
  stop()

  t.equal(losses(), 0)
  t.ok(heartbeatCount > 1)
  t.strictSame(errors, [])
})

t.test('a claim taken by another process is lost once, without an error', async t => {
  const { losses, errors } = aClaim(async () => false, longTimeout)
  await sleep(waitingTime)

  t.equal(losses(), 1)
  t.strictSame(errors, [])
})

t.test('a claim whose database does not respond is lost with an error', async t => {
  const { losses, errors } = aClaim(() => new Promise(() => undefined))
  await sleep(waitingTime)

  t.equal(losses(), 1)
  t.match(errors, [{ message: /has not answered a heartbeat/ }])
})

t.test('a late heartbeat keeps the claim', async t => {
  const { stop, losses } = aClaim(() => sleep(200, true), longTimeout)
  await sleep(waitingTime)
  stop()

  t.equal(losses(), 0)
})

t.test('a claim whose database fails is lost after the timeout', async t => {
  const { losses, errors } = aClaim(async () => {
    throw new Error('the database is down')
  })
  await sleep(waitingTime)

  t.equal(losses(), 1)
  t.match(errors.at(-1), { message: /has not answered a heartbeat/ })
  t.match(errors[0], { message: /down/ })
})
