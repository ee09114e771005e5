/** What a killed process held is free within them, on PostgreSQL's clock. */
export const claimSeconds = 3

/**
 * SQL: nobody holds it. A claim that reaches further than claims do was made by PostgreSQL's clock while that was ahead: whoever
 * made it, and lives, makes it anew in a moment or finds another there.
 */
export const isFree = (column: string): string =>
  `(${column} is null or ${column} not between clock_timestamp() and clock_timestamp() + make_interval(secs => ${2 * claimSeconds}))`

interface Rhythm {
  readonly every: number
  /** A beat that comes late brings a claim back that nobody took meanwhile; without an answer for so long it is given up. */
  readonly patience: number
}

/** Milliseconds. Some beats may be lost, and the claim stands. */
const usual: Rhythm = { every: 750, patience: 10_000 }

/**
 * Extends a claim for as long as this process lives and works; no beat begins before the last one has ended.
 * @param extend false when the claim is another's by now: then it is told as lost, and the beating ends.
 * @returns what ends it.
 */
export function beat(
  extend: () => Promise<boolean>,
  { onLost, onError }: { onLost: () => void; onError: (error: unknown) => void },
  { every, patience }: Rhythm = usual,
): () => void {
  let beating = false
  let keptAt = performance.now()
  const end = () => clearInterval(timer)
  const lose = () => {
    end()
    onLost()
  }
  const timer = setInterval(() => {
    const begin = performance.now()
    if (begin - keptAt > patience) {
      onError(new Error(`The database has answered no heartbeat for ${patience} ms.`))
      lose()
      return
    }
    if (beating) return
    beating = true
    extend()
      .then(kept => {
        if (kept) keptAt = begin
        else lose()
      }, onError)
      .finally(() => {
        beating = false
      })
  }, every)
  // A process that has nothing else to do need not keep its claims.
  timer.unref()
  return end
}
