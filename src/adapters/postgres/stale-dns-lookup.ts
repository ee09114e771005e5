import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { type LookupFunction, Socket } from 'node:net'

/** Milliseconds to wait for a name server when an earlier answer is known. */
const timeout = 1000

type Answer = Parameters<LookupFunction>[2]
type Found = Parameters<Answer>

/**
 * Resolves like `dns.lookup`, but serves the last address while that fails or is slow (RFC 8767).
 * Slow look-ups for Amazon hosts can occupy all of Node's threads.
 */
export function lookupServingStale(find: typeof lookup = lookup): LookupFunction {
  const known = new Map<string, Found>()
  const underway = new Map<string, Promise<Found>>()

  const ask = (name: string, options: LookupOptions, key: string): Promise<Found> => {
    const pending = new Promise<Found>(resolve => {
      find(name, options, (error, found: string | LookupAddress[], family?: number) => {
        underway.delete(key)
        if (!error) known.set(key, [null, found, family])
        resolve([error, found, family])
      })
    })
    underway.set(key, pending)
    return pending
  }

  return (name, options, answer) => {
    const key = `${name} ${JSON.stringify(options)}`
    const stale = known.get(key)
    let isAnswered = false
    const answerOnce = (found: Found) => {
      if (isAnswered) return
      isAnswered = true
      clearTimeout(late)
      answer(...found)
    }
    const late = stale && setTimeout(() => answerOnce(stale), timeout)
    const pending = underway.get(key) ?? ask(name, options, key)
    void pending.then(found => answerOnce(found[0] && stale ? stale : found))
  }
}

const lookupOfAll = lookupServingStale()

/** pg calls `connect(port, host)`. */
export class DatabaseSocket extends Socket {
  override connect(...text: unknown[]): this {
    const [port, host, ...more] = text
    if (typeof port !== 'number' || typeof host !== 'string')
      return super.connect(...(text as Parameters<Socket['connect']>))
    return super.connect({ port, host, lookup: lookupOfAll }, ...(more as []))
  }
}
