import { raw, type Statement } from '../engine/sql.ts'

/** Seconds, by PostgreSQL's clock, until a killed process's claims are free. */
export const claimTtlSeconds = 3

/**
 * True when the claim is free. A claim that ends over two lifetimes ahead is void: it was made while PostgreSQL's
 * clock was ahead.
 */
export const isFree = (column: string): Statement =>
  raw(
    `(${column} is null or ${column} not between clock_timestamp() and clock_timestamp() + make_interval(secs => ${2 * claimTtlSeconds}))`,
  )

interface HeartbeatTiming {
  readonly every: number
  /** Milliseconds without an answer until the claim is lost. */
  readonly timeout: number
}

/** Milliseconds. */
const defaultTiming: HeartbeatTiming = { every: 750, timeout: 10_000 }

/**
 * Extends a claim until the returned function is called.
 * @param extend returns false when another process has the claim; `onLost` follows.
 */
export function startHeartbeat(
  extend: () => Promise<boolean>,
  { onLost, onError }: { onLost: () => void; onError: (error: unknown) => void },
  { every, timeout }: HeartbeatTiming = defaultTiming,
): () => void {
  let isBeating = false
  let extendedAt = performance.now()
  const stop = () => clearInterval(timer)
  const lose = () => {
    stop()
    onLost()
  }
  const timer = setInterval(() => {
    const startedAt = performance.now()
    if (startedAt - extendedAt > timeout) {
      onError(new Error(`The database has not answered a heartbeat for ${timeout} ms.`))
      lose()
      return
    }
    if (isBeating) return
    isBeating = true
    extend()
      .then(isExtended => {
        if (isExtended) extendedAt = startedAt
        else lose()
      }, onError)
      .finally(() => {
        isBeating = false
      })
  }, every)
  timer.unref()
  return stop
}
