import { consentOf, type LiveConnection } from '../../../../domain/connection/connection.ts'
import { isDifferentAmazonUser } from '../../../../domain/connection/consent.ts'
import {
  findListedProfile,
  type PendingConnection,
} from '../../../../domain/connection/pending-connection.ts'
import type { PendingStep } from '../../../../domain/connection/pending-step.ts'
import type { ProfileId } from '../../../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../../domain/profile/profile.ts'

export type PendingChoice =
  | {
      readonly choice: 'profile'
      readonly pending: PendingConnection
      readonly chosen: AdvertisingProfile | null
    }
  | {
      readonly choice: 'reauthorisation'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
      readonly mustRetry: boolean
    }

/** Null when the seller has nothing to choose. `choose` and `confirm` are profile ids from the URL. */
export function pendingChoice(
  next: PendingStep,
  context: {
    readonly live: readonly LiveConnection[]
    readonly choose: string | undefined
    readonly confirm: string | undefined
  },
): PendingChoice | null {
  if (next.step === 'retry_region') return { choice: 'reauthorisation', ...next, mustRetry: true }
  if (next.step === 'confirm_amazon_user') return { choice: 'reauthorisation', ...next, mustRetry: false }
  if (next.step !== 'choose_profile') return null
  const { pending } = next
  const connection = context.live.find(({ profile }) => profile.id === context.confirm)
  if (connection && isDifferentAmazonUser(consentOf(connection).amazonUser, pending.amazonUser))
    return { choice: 'reauthorisation', connection, pending, mustRetry: false }
  const chosen = context.choose ? findListedProfile(pending.regionResults, context.choose as ProfileId) : null
  return { choice: 'profile', pending, chosen }
}
