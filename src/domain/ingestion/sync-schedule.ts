import { addDays, dayIn, hours, instantAt } from '../calendar.ts'
import type { ConnectionId } from '../identifiers.ts'

const minutesPerDay = 24 * 60

export const maxSyncDeferral = hours(1)

/** After a report was throttled until it failed: at another hour, its requests may pass. */
export const throttledSyncShift = hours(7)

/** S-23: a fixed local minute per connection, spread over the day. */
export function nextSyncAfter(date: Date, connectionId: ConnectionId, timezone: string): Date {
  const minute = hashOf(connectionId) % minutesPerDay
  const today = dayIn(timezone, date)
  // A zone may skip a day, so tomorrow's time isn't always later.
  for (let ahead = 0; ; ahead += 1) {
    const next = instantAt(timezone, addDays(today, ahead), minute)
    if (next > date) return next
  }
}

/** FNV-1a, 32 bits. Must stay stable. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
