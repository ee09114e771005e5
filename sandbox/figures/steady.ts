/** Entities that are active whatever the dice say, so that a report has a number of rows to the row. */
export interface Steady {
  readonly count: number
  /** Those before this index are active every day, the others on every third. */
  readonly daily: number
}

/** @param rows in any 30 days; a multiple of ten. */
export function steadyFor(rows: number): Steady {
  const daily = Math.floor(rows / 30)
  return { count: daily + Math.ceil((rows - daily * 30) / 10), daily }
}
