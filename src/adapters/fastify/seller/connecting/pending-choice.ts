import type { Reauthorisation } from '../../../../application/connection/authorisation/complete-reauthorisation.ts'
import type { PickerState } from '../../../../application/connection/load-picker.ts'
import { consentOf, type LiveConnection } from '../../../../domain/connection/connection.ts'
import { isDifferentAmazonUser } from '../../../../domain/connection/consent.ts'
import {
  findListedProfile,
  type PendingConnection,
  type RegionFailure,
} from '../../../../domain/connection/pending-connection.ts'
import type { ProfileId } from '../../../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../../domain/profile/profile.ts'
import type { Region } from '../../../../domain/profile/region.ts'

export type PendingChoice =
  | {
      readonly step: 'choice'
      readonly pending: PendingConnection
      readonly chosen: AdvertisingProfile | null
    }
  | {
      readonly step: 'reauthorisation'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
      readonly unfetchedRegion: { readonly region: Region; readonly why: RegionFailure } | null
    }

export function pendingChoice(
  reauthorisation: Reauthorisation | null,
  pickerState: PickerState,
  context: {
    readonly live: readonly LiveConnection[]
    readonly choose: string | undefined
    readonly confirm: string | undefined
  },
): PendingChoice | null {
  if (reauthorisation?.kind === 'region_not_fetched')
    return { step: 'reauthorisation', ...reauthorisation, unfetchedRegion: reauthorisation }
  if (reauthorisation?.kind === 'different_amazon_user')
    return { step: 'reauthorisation', ...reauthorisation, unfetchedRegion: null }
  if (pickerState.kind !== 'picker') return null
  const { pending } = pickerState
  const connection = context.live.find(({ profile }) => profile.id === context.confirm)
  const isDifferentUser =
    connection && isDifferentAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
  if (connection && isDifferentUser)
    return { step: 'reauthorisation', connection, pending, unfetchedRegion: null }
  const chosen = context.choose ? findListedProfile(pending.regionResults, context.choose as ProfileId) : null
  return { step: 'choice', pending, chosen }
}
