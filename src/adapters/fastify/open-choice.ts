import type { Offer, Renewal } from '../../application/connection/index.ts'
import { consentOf, type HeldConnection } from '../../domain/connection/connection.ts'
import { isOtherAmazonUser } from '../../domain/connection/consent.ts'
import {
  findOffered,
  type PendingConnection,
  type RegionFailure,
} from '../../domain/connection/pending-connection.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'

/** Replaces the account's own page. */
export type OpenChoice =
  | {
      readonly wait: 'choice'
      readonly pending: PendingConnection
      readonly chosen: AdvertisingProfile | null
    }
  | {
      readonly wait: 'renewal'
      readonly connection: HeldConnection
      readonly pending: PendingConnection
      readonly unread: { readonly region: Region; readonly why: RegionFailure } | null
    }

export function openChoice(
  renewal: Renewal | null,
  offer: Offer,
  by: {
    readonly held: readonly HeldConnection[]
    readonly choose: string | undefined
    readonly confirm: string | undefined
  },
): OpenChoice | null {
  if (renewal?.renewal === 'region_unread') return { wait: 'renewal', ...renewal, unread: renewal }
  if (renewal?.renewal === 'other_amazon_user') return { wait: 'renewal', ...renewal, unread: null }
  if (offer.offer !== 'picker') return null
  const { pending } = offer
  const connection = by.held.find(({ profile }) => profile.id === by.confirm)
  const asks = connection && isOtherAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
  if (connection && asks) return { wait: 'renewal', connection, pending, unread: null }
  const chosen = by.choose ? findOffered(pending.readings, by.choose as ProfileId) : null
  return { wait: 'choice', pending, chosen }
}
