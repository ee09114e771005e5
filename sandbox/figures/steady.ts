/** Entities active on fixed days, so that a report has an exact number of rows. */
export interface Steady {
  readonly count: number
  /** Entities before this index are active every day, the others every third day. */
  readonly daily: number
}

/** @param rows in any 30 days; a multiple of ten. */
export function steadyFor(rows: number): Steady {
  const daily = Math.floor(rows / 30)
  return { count: daily + Math.ceil((rows - daily * 30) / 10), daily }
}
