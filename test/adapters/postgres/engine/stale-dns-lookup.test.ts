import type { lookup } from 'node:dns'
import t from 'tap'
import { lookupServingStale } from '../../../../src/adapters/postgres/engine/stale-dns-lookup.ts'

/** A name server that returns these addresses in turn; it fails at null and never answers at undefined. */
function aNameServer(...addresses: readonly (string | null | undefined)[]) {
  let lookupCount = 0
  const dnsLookup = ((_name: string, _options: object, callback: (...result: unknown[]) => void) => {
    const address = addresses[lookupCount]
    lookupCount += 1
    if (address !== undefined)
      setImmediate(() => callback(address ? null : new Error('ENOTFOUND'), address, 4))
  }) as unknown as typeof lookup
  const staleLookup = lookupServingStale(dnsLookup)
  return {
    countLookups: () => lookupCount,
    lookUp: () =>
      new Promise(resolve =>
        staleLookup('database.test', {}, (error, address) => resolve(error?.message ?? address)),
      ),
  }
}

t.test('S-52 the last known address is used while the name cannot be resolved', async t => {
  const nameServer = aNameServer('10.0.0.1', null, undefined)

  t.equal(await nameServer.lookUp(), '10.0.0.1')
  t.equal(await nameServer.lookUp(), '10.0.0.1', 'the name server fails')
  const start = performance.now()
  t.equal(await nameServer.lookUp(), '10.0.0.1', 'the name server does not answer')
  t.ok(performance.now() - start < 30_000)
  await nameServer.lookUp()
  t.equal(nameServer.countLookups(), 3, 'a lookup in progress is not repeated')
})

t.test('a database that moved is found at its new address', async t => {
  const nameServer = aNameServer('10.0.0.1', '10.0.0.2', null)

  t.strictSame(
    [await nameServer.lookUp(), await nameServer.lookUp(), await nameServer.lookUp()],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  )
})

t.test('a name that was never resolved is an error', async t => {
  t.equal(await aNameServer(null).lookUp(), 'ENOTFOUND')
})
