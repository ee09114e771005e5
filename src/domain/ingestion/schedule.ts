import { addDays, dayIn, hours, momentIn } from '../calendar.ts'
import type { ConnectionId } from '../identifiers.ts'

const minutesOfDay = 24 * 60

/** What cannot begin is tried again after so long at the latest. */
export const longestPutOff = hours(1)

/**
 * The next daily sync of a connection: once a day, at a minute of its own of the profile's day, so that all
 * connections together are spread over it (S-23). Daylight saving moves it with the clocks on the wall.
 */
export function nextSyncAfter(moment: Date, connectionId: ConnectionId, timezone: string): Date {
  const minute = hashOf(connectionId) % minutesOfDay
  const today = dayIn(timezone, moment)
  // A zone may jump over a day altogether, so that tomorrow's moment is not always later.
  for (let ahead = 0; ; ahead += 1) {
    const next = momentIn(timezone, addDays(today, ahead), minute)
    if (next > moment) return next
  }
}

/** The same number for the same id, always and everywhere (FNV-1a, 32 bits). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
