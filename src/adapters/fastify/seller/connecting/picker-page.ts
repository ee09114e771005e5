import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import {
  listedProfiles,
  type PendingConnection,
  type RegionFailure,
  unfetchedRegions,
} from '../../../../domain/connection/pending-connection.ts'
import { type AdvertisingProfile, ineligibility } from '../../../../domain/profile/profile.ts'
import { type Region, regionNames } from '../../../../domain/profile/region.ts'
import { ineligibilityText } from '../../kit/errors/seller-error-pages.ts'
import { formatTime } from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Shell } from '../../kit/shell-model.ts'
import { amazonSignOutUrls, amazonUserText } from '../amazon-account.ts'
import type { PickerEntry, PickerPage } from '../page-models/connecting.ts'

const minEntriesForSearch = 8

export function pickerPage(
  shell: Shell,
  {
    pending,
    live,
    chosen,
    now,
  }: {
    readonly pending: PendingConnection
    readonly live: readonly LiveConnection[]
    /** Just blocked by the one-account rule. */
    readonly chosen: AdvertisingProfile | null
    readonly now: Date
  },
): PickerPage {
  const connected = new Set(live.map(({ profile }) => profile.id))
  const entries = listedProfiles(pending.regionResults).map(profile =>
    pickerEntry(profile, connected.has(profile.id)),
  )
  const minutes = Math.max(0, Math.floor((pending.expiresAt.getTime() - now.getTime()) / 60_000))
  return {
    ...shell,
    pendingId: pending.id,
    entries,
    isSearchable: entries.length >= minEntriesForSearch,
    unfetchedRegions: unfetchedRegions(pending.regionResults).map(region => ({
      region,
      sentence: `${unfetchedRegionText(pending, region)} Its profiles may be missing.`,
    })),
    amazonUser: amazonUserText(pending.amazonUser),
    signOutUrl: amazonSignOutUrls[pending.region],
    expires: { time: formatTime(pending.expiresAt), iso: pending.expiresAt.toISOString(), minutes },
    // The URL may be outdated.
    blocked: chosen && live.length > 0 && !connected.has(chosen.id) ? blockedChoice(chosen, live) : null,
  }
}

export function unfetchedRegionText({ regionResults }: PendingConnection, region: Region): string {
  const regionResult = regionResults[region]
  const why = regionResult.state === 'failed' ? failureText[regionResult.why] : 'hasn’t been checked yet'
  return `Amazon’s ${regionNames[region]} region ${why}.`
}

const failureText: Readonly<Record<RegionFailure, string>> = {
  unreachable: 'couldn’t be reached',
  timeout: 'didn’t respond in time',
  refused: 'denies access to this Amazon login',
  our_error: 'rejected our request, which is a problem on our side',
  throttled: 'is too busy right now',
  unreadable: 'sent a response we couldn’t read',
}

function pickerEntry(profile: AdvertisingProfile, isConnected: boolean): PickerEntry {
  const why = ineligibility(profile)
  const kind = kinds[profile.accountSubType ?? ''] ?? kinds[profile.accountType] ?? 'Account'
  return {
    ...accountLabel(profile),
    profileId: profile.id,
    kind: profile.canEdit ? kind : `${kind}, view only`,
    isConnected,
    reason: why && ineligibilityText[why],
  }
}

const kinds: Readonly<Record<string, string>> = {
  seller: 'Seller',
  vendor: 'Vendor',
  agency: 'Agency',
  KDP_AUTHOR: 'Author',
  AMAZON_ATTRIBUTION: 'Amazon Attribution',
}

function blockedChoice(
  chosen: AdvertisingProfile,
  live: readonly LiveConnection[],
): NonNullable<PickerPage['blocked']> {
  const connected = live.map(({ id, profile }) => ({ connectionId: id, ...accountLabel(profile) }))
  return {
    chosen: { profileId: chosen.id, ...accountLabel(chosen) },
    live: connected,
    replaces: connected.length === 1 ? (connected[0] ?? null) : null,
  }
}
