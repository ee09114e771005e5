import { addDays, dayIn, hours, momentIn } from '../calendar.ts'
import type { ConnectionId } from '../identifiers.ts'

const minutesOfDay = 24 * 60

/** For a sync that couldn't start. */
export const longestPutOff = hours(1)

/** Returns a fixed local minute per connection, from its id, which spreads all connections over the day (S-23). */
export function nextSyncAfter(moment: Date, connectionId: ConnectionId, timezone: string): Date {
  const minute = hashOf(connectionId) % minutesOfDay
  const today = dayIn(timezone, moment)
  // A zone may skip a day, so tomorrow's time isn't always later.
  for (let ahead = 0; ; ahead += 1) {
    const next = momentIn(timezone, addDays(today, ahead), minute)
    if (next > moment) return next
  }
}

/** FNV-1a, 32 bits: must stay stable. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
