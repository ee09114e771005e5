import { type Connection, consentOf, type HeldConnection, isErased } from '../connection/connection.ts'
import { isExpired, offeredProfiles, type PendingConnection } from '../connection/pending-connection.ts'
import type { ConnectionId } from '../identifiers.ts'
import { marketplaceName } from '../profile/marketplace.ts'

/** What support asks first, as far as the product knows it (S-30). Unknown is blank: nothing is guessed. */
export interface Circumstances {
  readonly connectionId: ConnectionId | null
  readonly amazonEmail: string
  readonly marketplace: string
}

interface Known {
  /** The account that the page is about, whatever has become of it; null for a page that is about none. */
  readonly named: Connection | null
  /** The account that the person sees unless they ask for another. */
  readonly current: HeldConnection | null
  readonly pending: PendingConnection | null
}

/** The account that is looked at comes first, then an authorisation that waits for a choice, then the current account. */
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

/** Null where there are several to choose from, or none. */
function onlyMarketplaceOf({ readings }: PendingConnection): string | null {
  const [one, ...more] = new Set(offeredProfiles(readings).map(({ country }) => country))
  return one && more.length === 0 ? marketplaceName(one) : null
}
