import { after, hours, minutes } from '../calendar.ts'

const firstWait = minutes(1)
const longestWait = hours(6)
/** Mail servers usually retry for as long. */
const patience = hours(48)

/**
 * Returns when to retry: after about 1, 4, 16, … minutes, at most 6 hours.
 * @param tries including this one.
 * @param random in [0, 1); spreads by ±20%.
 * @returns null 48 hours after the first try.
 */
export function nextTryAt(
  { tries, firstTriedAt }: { readonly tries: number; readonly firstTriedAt: Date },
  dice: number,
  now: Date,
): Date | null {
  const wait = Math.min(firstWait * 4 ** (tries - 1), longestWait)
  const at = after(now, wait * (0.8 + 0.4 * dice))
  return at < after(firstTriedAt, patience) ? at : null
}
