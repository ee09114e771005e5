import type { lookup } from 'node:dns'
import t from 'tap'
import { servingStale } from '../../../src/adapters/postgres/stale-address.ts'

/** A name server that tells the addresses in turn; an error for null, and nothing at all for undefined. */
function told(...addresses: readonly (string | null | undefined)[]) {
  let asked = 0
  const find = ((_name: string, _options: object, answer: (...found: unknown[]) => void) => {
    const address = addresses[asked]
    asked += 1
    if (address !== undefined) setImmediate(() => answer(address ? null : new Error('ENOTFOUND'), address, 4))
  }) as unknown as typeof lookup
  const ask = servingStale(find)
  return {
    asked: () => asked,
    ask: () =>
      new Promise(resolve =>
        ask('database.test', {}, (error, address) => resolve(error?.message ?? address)),
      ),
  }
}

t.test('S-52 an address that was found counts while its name cannot be asked for', async t => {
  const names = told('10.0.0.1', null, undefined)

  t.equal(await names.ask(), '10.0.0.1')
  t.equal(await names.ask(), '10.0.0.1', 'the name server fails')
  const began = performance.now()
  t.equal(await names.ask(), '10.0.0.1', 'the name server is silent')
  t.ok(performance.now() - began < 30_000)
  await names.ask()
  t.equal(names.asked(), 3, 'what is under way is not asked for twice')
})

t.test('a database that moved is found where it is', async t => {
  const names = told('10.0.0.1', '10.0.0.2', null)

  t.strictSame(
    [await names.ask(), await names.ask(), await names.ask()],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  )
})

t.test('a name that was never found is an error', async t => {
  t.equal(await told(null).ask(), 'ENOTFOUND')
})
