import { LRUCache } from 'lru-cache'

type Counted = { readonly current: number; readonly ttl: number }

/** So many addresses and places at once; more than that are an attack, and the oldest are forgotten. */
const most = 5000

/**
 * Counts for `@fastify/rate-limit`, each for its window, by the steady clock. The plugin's own go by the wall: a window that
 * began while that was an hour ahead lasts an hour too long, and whoever signs in meanwhile is refused.
 */
export class SteadyWindows {
  readonly #counts = new LRUCache<string, { current: number; readonly endsAt: number }>({ max: most })

  incr(key: string, tell: (error: Error | null, counted?: Counted) => void, window: number): void {
    const now = performance.now()
    const known = this.#counts.get(key)
    const count = known && known.endsAt > now ? known : { current: 0, endsAt: now + window }
    count.current += 1
    this.#counts.set(key, count)
    tell(null, { current: count.current, ttl: count.endsAt - now })
  }

  read(key: string, tell: (error: Error | null, counted?: Counted) => void): void {
    const now = performance.now()
    const known = this.#counts.get(key)
    tell(
      null,
      known && known.endsAt > now
        ? { current: known.current, ttl: known.endsAt - now }
        : { current: 0, ttl: 0 },
    )
  }

  /** Each route counts for itself. */
  child(): SteadyWindows {
    return new SteadyWindows()
  }
}
