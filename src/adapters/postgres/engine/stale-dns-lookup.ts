import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { type LookupFunction, Socket } from 'node:net'

/** Milliseconds to wait for a name server when an earlier answer is known. */
const staleAfter = 1000

type LookupCallback = Parameters<LookupFunction>[2]
type LookupResult = Parameters<LookupCallback>

/**
 * Resolves like `dns.lookup`, but serves the last address while that fails or is slow (RFC 8767).
 * Slow look-ups for Amazon hosts can occupy all of Node's threads. Without it, a name server that is down takes the
 * pages down too (`test/proofs/outages/outages-of-names.prove.ts`).
 */
export function lookupServingStale(dnsLookup: typeof lookup = lookup): LookupFunction {
  const lastResults = new Map<string, LookupResult>()
  const ongoing = new Map<string, Promise<LookupResult>>()

  const startLookup = (name: string, options: LookupOptions, key: string): Promise<LookupResult> => {
    const pending = new Promise<LookupResult>(resolve => {
      dnsLookup(name, options, (error, found: string | LookupAddress[], family?: number) => {
        ongoing.delete(key)
        if (!error) lastResults.set(key, [null, found, family])
        resolve([error, found, family])
      })
    })
    ongoing.set(key, pending)
    return pending
  }

  return (name, options, callback) => {
    const key = `${name} ${JSON.stringify(options)}`
    const stale = lastResults.get(key)
    let isAnswered = false
    const answerOnce = (found: LookupResult) => {
      if (isAnswered) return
      isAnswered = true
      clearTimeout(staleTimer)
      callback(...found)
    }
    const staleTimer = stale && setTimeout(() => answerOnce(stale), staleAfter)
    const pending = ongoing.get(key) ?? startLookup(name, options, key)
    void pending.then(found => answerOnce(found[0] && stale ? stale : found))
  }
}

const sharedLookup = lookupServingStale()

/** pg calls `connect(port, host)`. */
export class DatabaseSocket extends Socket {
  override connect(...parameters: unknown[]): this {
    const [port, host, ...rest] = parameters
    if (typeof port !== 'number' || typeof host !== 'string')
      return super.connect(...(parameters as Parameters<Socket['connect']>))
    return super.connect({ port, host, lookup: sharedLookup }, ...(rest as []))
  }
}
