import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { type LookupFunction, Socket } from 'node:net'

/** Milliseconds for which a name server is waited for where an earlier answer is known. */
const patience = 1000

type Answer = Parameters<LookupFunction>[2]
type Found = Parameters<Answer>

/**
 * Names as `dns.lookup` finds them. While that fails or is silent the address counts that was found last (RFC 8767, serving
 * stale data): a database rarely moves, and never because name servers fail. Lookups wait for each other in a few threads of
 * Node's, ten seconds for each name of Amazon's that is not answered: those of the database's may stand behind them.
 */
export function servingStale(find: typeof lookup = lookup): LookupFunction {
  const known = new Map<string, Found>()
  const underway = new Map<string, Promise<Found>>()

  const ask = (name: string, options: LookupOptions, key: string): Promise<Found> => {
    const asked = new Promise<Found>(resolve => {
      find(name, options, (error, found: string | LookupAddress[], family?: number) => {
        underway.delete(key)
        if (!error) known.set(key, [null, found, family])
        resolve([error, found, family])
      })
    })
    underway.set(key, asked)
    return asked
  }

  return (name, options, answer) => {
    const key = `${name} ${JSON.stringify(options)}`
    const stale = known.get(key)
    let isAnswered = false
    const tell = (found: Found) => {
      if (isAnswered) return
      isAnswered = true
      clearTimeout(late)
      answer(...found)
    }
    const late = stale && setTimeout(() => tell(stale), patience)
    const asked = underway.get(key) ?? ask(name, options, key)
    void asked.then(found => tell(found[0] && stale ? stale : found))
  }
}

const lookupOfAll = servingStale()

/** A line whose far end is found as {@link servingStale} says; pg connects it by port and name. */
export class DatabaseSocket extends Socket {
  override connect(...words: unknown[]): this {
    const [port, host, ...more] = words
    if (typeof port !== 'number' || typeof host !== 'string')
      return super.connect(...(words as Parameters<Socket['connect']>))
    return super.connect({ port, host, lookup: lookupOfAll }, ...(more as []))
  }
}
