import { after, hours, minutes } from '../calendar.ts'

const firstWait = minutes(1)
const longestWait = hours(6)
/** As long as a mail server as a rule keeps trying what it could not deliver. */
const patience = hours(48)

/**
 * When a mail is tried again that could not be handed over: after about one minute, four, sixteen, …, six hours.
 * @param tries how often it was tried, this time included.
 * @param dice in [0, 1): what failed together does not come back together.
 * @returns null once two days have passed since the first try.
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
