import { after, hours, minutes } from '../calendar.ts'

const firstWait = minutes(1)
const maxWait = hours(6)
const timeout = hours(48)

/** After about 1, 4, 16, … minutes, at most 6 hours. Null 48 hours after the first try. */
export function retryTimeOf(
  { tries, firstTriedAt }: { readonly tries: number; readonly firstTriedAt: Date },
  random: number,
  now: Date,
): Date | null {
  const wait = Math.min(firstWait * 4 ** (tries - 1), maxWait)
  const at = after(now, wait * (0.8 + 0.4 * random))
  return at < after(firstTriedAt, timeout) ? at : null
}
