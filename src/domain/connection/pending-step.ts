import { planRestrictionOf, type Subscription } from '../access/subscription.ts'
import type { AttemptId } from '../identifiers.ts'
import { consentOf, type LiveConnection } from './connection.ts'
import { isDifferentAmazonUser } from './consent.ts'
import {
  findListedProfile,
  hasNoSelectableProfile,
  isExpired,
  listedProfiles,
  type PendingConnection,
} from './pending-connection.ts'

/** What a user with a pending connection must do next. */
export type PendingStep =
  | { readonly step: 'none' }
  /** S-15: authorise again. */
  | { readonly step: 'expired'; readonly attemptId: AttemptId }
  | { readonly step: 'choose_profile'; readonly pending: PendingConnection }
  /** S-10: authorise again. `agencies` counts profiles that can't be chosen. */
  | { readonly step: 'no_profiles'; readonly agencies: number; readonly attemptId: AttemptId }
  /** S-26: the region of the connected profile must be fetched (again). */
  | {
      readonly step: 'retry_region'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
    }
  /** S-26 */
  | {
      readonly step: 'confirm_amazon_user'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
    }

/** The live connection that the authorisation is for; null when it is for a new one. */
export const reauthorisedConnection = (
  pending: PendingConnection,
  live: readonly LiveConnection[],
): LiveConnection | null => live.find(({ id }) => id === pending.reauthorisedConnectionId) ?? null

/** Derived from what is stored: opening a page changes nothing. */
export function pendingStepOf(
  seller: {
    readonly subscription: Subscription | null
    readonly live: readonly LiveConnection[]
    readonly pending: PendingConnection | null
  },
  now: Date,
): PendingStep {
  const { subscription, live, pending } = seller
  if (!pending) return { step: 'none' }
  const { attemptId, regionResults, amazonUser } = pending
  if (isExpired(pending, now)) return { step: 'expired', attemptId }
  if (planRestrictionOf(subscription, now)) return { step: 'none' }
  const connection = reauthorisedConnection(pending, live)
  if (connection) {
    const mustConfirm =
      findListedProfile(regionResults, connection.profile.id) &&
      isDifferentAmazonUser(consentOf(connection).amazonUser, amazonUser)
    return { step: mustConfirm ? 'confirm_amazon_user' : 'retry_region', connection, pending }
  }
  if (hasNoSelectableProfile(regionResults))
    return { step: 'no_profiles', agencies: listedProfiles(regionResults).length, attemptId }
  return { step: 'choose_profile', pending }
}
