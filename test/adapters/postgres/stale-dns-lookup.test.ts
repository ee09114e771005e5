import type { lookup } from 'node:dns'
import t from 'tap'
import { lookupServingStale } from '../../../src/adapters/postgres/stale-dns-lookup.ts'

/** A name server that returns these in turn; null is an error, undefined no answer. */
function aNameServer(...addresses: readonly (string | null | undefined)[]) {
  let lookupCount = 0
  const find = ((_name: string, _options: object, answer: (...found: unknown[]) => void) => {
    const address = addresses[lookupCount]
    lookupCount += 1
    if (address !== undefined) setImmediate(() => answer(address ? null : new Error('ENOTFOUND'), address, 4))
  }) as unknown as typeof lookup
  const ask = lookupServingStale(find)
  return {
    countLookups: () => lookupCount,
    ask: () =>
      new Promise(resolve =>
        ask('database.test', {}, (error, address) => resolve(error?.message ?? address)),
      ),
  }
}

t.test('S-52 the last known address is used while its name cannot be resolved', async t => {
  const names = aNameServer('10.0.0.1', null, undefined)

  t.equal(await names.ask(), '10.0.0.1')
  t.equal(await names.ask(), '10.0.0.1', 'the name server fails')
  const began = performance.now()
  t.equal(await names.ask(), '10.0.0.1', 'the name server does not answer')
  t.ok(performance.now() - began < 30_000)
  await names.ask()
  t.equal(names.countLookups(), 3, 'a lookup in progress is not repeated')
})

t.test('a database that moved is found at its new address', async t => {
  const names = aNameServer('10.0.0.1', '10.0.0.2', null)

  t.strictSame(
    [await names.ask(), await names.ask(), await names.ask()],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  )
})

t.test('a name that was never resolved is an error', async t => {
  t.equal(await aNameServer(null).ask(), 'ENOTFOUND')
})
