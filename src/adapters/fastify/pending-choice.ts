import type { PickerState, Reauthorisation } from '../../application/connection/index.ts'
import { consentOf, type LiveConnection } from '../../domain/connection/connection.ts'
import { isDifferentAmazonUser } from '../../domain/connection/consent.ts'
import {
  findListedProfile,
  type PendingConnection,
  type RegionFailure,
} from '../../domain/connection/pending-connection.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'

export type PendingChoice =
  | {
      readonly wait: 'choice'
      readonly pending: PendingConnection
      readonly chosen: AdvertisingProfile | null
    }
  | {
      readonly wait: 'reauthorisation'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
      readonly unread: { readonly region: Region; readonly why: RegionFailure } | null
    }

export function pendingChoice(
  reauthorisation: Reauthorisation | null,
  offer: PickerState,
  by: {
    readonly live: readonly LiveConnection[]
    readonly choose: string | undefined
    readonly confirm: string | undefined
  },
): PendingChoice | null {
  if (reauthorisation?.kind === 'region_not_fetched')
    return { wait: 'reauthorisation', ...reauthorisation, unread: reauthorisation }
  if (reauthorisation?.kind === 'different_amazon_user')
    return { wait: 'reauthorisation', ...reauthorisation, unread: null }
  if (offer.kind !== 'picker') return null
  const { pending } = offer
  const connection = by.live.find(({ profile }) => profile.id === by.confirm)
  const asks = connection && isDifferentAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
  if (connection && asks) return { wait: 'reauthorisation', connection, pending, unread: null }
  const chosen = by.choose ? findListedProfile(pending.regionResults, by.choose as ProfileId) : null
  return { wait: 'choice', pending, chosen }
}
