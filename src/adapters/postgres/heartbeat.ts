/** A killed process's claims are free after this, by PostgreSQL's clock. */
export const claimTtlSeconds = 3

/**
 * SQL that is true when the claim is free. A claim further ahead than two lifetimes was made while PostgreSQL's clock
 * was ahead and is void: its holder extends it or finds that another has it.
 */
export const isFree = (column: string): string =>
  `(${column} is null or ${column} not between clock_timestamp() and clock_timestamp() + make_interval(secs => ${2 * claimTtlSeconds}))`

interface Rhythm {
  readonly every: number
  /** Milliseconds without an answer until the claim is lost; until then a late beat can revive it. */
  readonly timeout: number
}

/** Milliseconds. A claim survives a few lost beats. */
const usual: Rhythm = { every: 750, timeout: 10_000 }

/**
 * Extends a claim until the returned function is called. Beats never overlap.
 * @param extend returns false when another process has the claim; `onLost` follows.
 */
export function startHeartbeat(
  extend: () => Promise<boolean>,
  { onLost, onError }: { onLost: () => void; onError: (error: unknown) => void },
  { every, timeout }: Rhythm = usual,
): () => void {
  let beating = false
  let extendedAt = performance.now()
  const end = () => clearInterval(timer)
  const lose = () => {
    end()
    onLost()
  }
  const timer = setInterval(() => {
    const begin = performance.now()
    if (begin - extendedAt > timeout) {
      onError(new Error(`The database has not answered a heartbeat for ${timeout} ms.`))
      lose()
      return
    }
    if (beating) return
    beating = true
    extend()
      .then(isExtended => {
        if (isExtended) extendedAt = begin
        else lose()
      }, onError)
      .finally(() => {
        beating = false
      })
  }, every)
  // Claims alone don't keep a process running.
  timer.unref()
  return end
}
