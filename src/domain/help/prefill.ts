import { type Connection, consentOf, isErased, type LiveConnection } from '../connection/connection.ts'
import { isExpired, listedProfiles, type PendingConnection } from '../connection/pending-connection.ts'
import type { ConnectionId } from '../identifiers.ts'
import { marketplaceName } from '../profile/marketplace.ts'

/** S-30: unknown fields are empty, never guessed. */
export interface SupportRequestPrefill {
  readonly connectionId: ConnectionId | null
  readonly amazonEmail: string
  readonly marketplace: string
}

interface PrefillSources {
  readonly named: Connection | null
  readonly current: LiveConnection | null
  readonly pending: PendingConnection | null
}

export function prefillFor({ named, current, pending }: PrefillSources, now: Date): SupportRequestPrefill {
  if (named && !isErased(named)) return prefillFromConnection(named)
  const fallback = current ? prefillFromConnection(current) : emptyPrefill
  if (!pending || isExpired(pending, now)) return fallback
  return {
    connectionId: pending.reauthorisedConnectionId,
    amazonEmail: pending.amazonUser?.email ?? '',
    marketplace: onlyMarketplaceOf(pending) ?? fallback.marketplace,
  }
}

const emptyPrefill: SupportRequestPrefill = { connectionId: null, amazonEmail: '', marketplace: '' }

const prefillFromConnection = (
  connection: Exclude<Connection, { status: 'erasing' | 'erased' }>,
): SupportRequestPrefill => ({
  connectionId: connection.id,
  amazonEmail: consentOf(connection).amazonUser?.email ?? '',
  marketplace: marketplaceName(connection.profile.country),
})

function onlyMarketplaceOf({ regionResults }: PendingConnection): string | null {
  const [onlyCountry, ...otherCountries] = new Set(
    listedProfiles(regionResults).map(({ country }) => country),
  )
  return onlyCountry && otherCountries.length === 0 ? marketplaceName(onlyCountry) : null
}
