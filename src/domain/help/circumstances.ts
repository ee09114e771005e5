import { type Connection, consentOf, type HeldConnection, isErased } from '../connection/connection.ts'
import { isExpired, offeredProfiles, type PendingConnection } from '../connection/pending-connection.ts'
import type { ConnectionId } from '../identifiers.ts'
import { marketplaceName } from '../profile/marketplace.ts'

/** S-30: unknown fields are empty, never guessed. */
export interface Circumstances {
  readonly connectionId: ConnectionId | null
  readonly amazonEmail: string
  readonly marketplace: string
}

interface Known {
  /** The page's connection, in any status. */
  readonly named: Connection | null
  readonly current: HeldConnection | null
  readonly pending: PendingConnection | null
}

/** Prefers the page's connection, then a pending one, then the current one. */
export function circumstancesOf({ named, current, pending }: Known, now: Date): Circumstances {
  if (named && !isErased(named)) return ofConnection(named)
  const usual = current ? ofConnection(current) : unknown
  if (!pending || isExpired(pending, now)) return usual
  return {
    connectionId: pending.renews,
    amazonEmail: pending.amazonUser?.email ?? '',
    marketplace: onlyMarketplaceOf(pending) ?? usual.marketplace,
  }
}

const unknown: Circumstances = { connectionId: null, amazonEmail: '', marketplace: '' }

const ofConnection = (connection: Exclude<Connection, { status: 'erasing' | 'erased' }>): Circumstances => ({
  connectionId: connection.id,
  amazonEmail: consentOf(connection).amazonUser?.email ?? '',
  marketplace: marketplaceName(connection.profile.country),
})

/** Returns null unless there is exactly one. */
function onlyMarketplaceOf({ readings }: PendingConnection): string | null {
  const [one, ...more] = new Set(offeredProfiles(readings).map(({ country }) => country))
  return one && more.length === 0 ? marketplaceName(one) : null
}
