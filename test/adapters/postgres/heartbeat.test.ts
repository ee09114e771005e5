import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { beat, claimSeconds } from '../../../src/adapters/postgres/heartbeat.ts'

const longer = claimSeconds * 1000 + 1500

function aClaim(extend: () => Promise<boolean>) {
  const told: unknown[] = []
  let losses = 0
  const onLost = () => {
    losses += 1
  }
  const end = beat(extend, { onLost, onError: error => told.push(error) })
  return { end, told, losses: () => losses }
}

t.test('a claim that is extended is kept', async t => {
  let beats = 0
  const { end, losses } = aClaim(async () => {
    beats += 1
    return true
  })
  await sleep(longer)
  end()

  t.equal(losses(), 0)
  t.ok(beats >= 4)
})

t.test('one that is another’s is told once', async t => {
  const { losses } = aClaim(async () => false)
  await sleep(longer)

  t.equal(losses(), 1)
})

t.test('one whose database says nothing at all is lost when it has run out', async t => {
  const { losses } = aClaim(() => new Promise(() => undefined))
  await sleep(1000)
  t.equal(losses(), 0)
  await sleep(longer - 1000)

  t.equal(losses(), 1)
})

t.test('so is one whose database fails, and that is told', async t => {
  const { losses, told } = aClaim(async () => {
    throw new Error('the database is away')
  })
  await sleep(longer)

  t.equal(losses(), 1)
  t.ok(told.length >= 3)
})
