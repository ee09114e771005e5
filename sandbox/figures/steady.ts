/** Entities active on fixed days, so that a report has an exact number of rows. */
export interface FixedSchedule {
  readonly count: number
  /** Entities before this index are active every day, the others every third day. */
  readonly daily: number
}

/** @param rows in any 30 days; a multiple of ten. */
export function fixedScheduleFor(rows: number): FixedSchedule {
  const daily = Math.floor(rows / 30)
  return { count: daily + Math.ceil((rows - daily * 30) / 10), daily }
}
