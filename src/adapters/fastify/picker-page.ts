import type { HeldConnection } from '../../domain/connection/connection.ts'
import {
  offeredProfiles,
  type PendingConnection,
  type RegionFailure,
  unansweredRegions,
} from '../../domain/connection/pending-connection.ts'
import { type AdvertisingProfile, ineligibility } from '../../domain/profile/profile.ts'
import { regionNames } from '../../domain/profile/region.ts'
import { amazonUserWords, signOutAddresses } from './amazon-account.ts'
import { formatTime } from './formats.ts'
import type { PickerEntry, PickerPage } from './page-models/connecting.ts'
import type { Shell } from './page-models/shell.ts'
import { ineligibilityWords } from './refusal-pages.ts'
import { accountLabel } from './shell.ts'

/** Entries from which a search field is shown. */
const searchable = 8

export function pickerPage(
  shell: Shell,
  {
    pending,
    held,
    chosen,
    now,
  }: {
    readonly pending: PendingConnection
    readonly held: readonly HeldConnection[]
    /** Just blocked by the one-account rule. */
    readonly chosen: AdvertisingProfile | null
    readonly now: Date
  },
): PickerPage {
  const connected = new Set(held.map(({ profile }) => profile.id))
  const entries = offeredProfiles(pending.readings).map(profile =>
    pickerEntry(profile, connected.has(profile.id)),
  )
  const minutes = Math.max(0, Math.floor((pending.expiresAt.getTime() - now.getTime()) / 60_000))
  return {
    ...shell,
    pendingId: pending.id,
    entries,
    isSearchable: entries.length >= searchable,
    unreadRegions: unansweredRegions(pending.readings).map(region => {
      const reading = pending.readings[region]
      const why = reading.state === 'failed' ? failureWords[reading.why] : 'hasn’t been checked yet'
      return {
        region,
        sentence: `Amazon’s ${regionNames[region]} region ${why}. Its profiles may be missing.`,
      }
    }),
    amazonUser: amazonUserWords(pending.amazonUser),
    signOutUrl: signOutAddresses[pending.region],
    expires: { time: formatTime(pending.expiresAt), iso: pending.expiresAt.toISOString(), minutes },
    // The URL may be outdated: the profile may no longer be blocked.
    blocked: chosen && held.length > 0 && !connected.has(chosen.id) ? blockedChoice(chosen, held) : null,
  }
}

export const failureWords: Readonly<Record<RegionFailure, string>> = {
  unreachable: 'couldn’t be reached',
  timeout: 'didn’t respond in time',
  refused: 'denies access to this Amazon login',
  our_fault: 'rejected our request, which is a problem on our side',
  throttled: 'is too busy right now',
  unreadable: 'sent a response we couldn’t read',
}

function pickerEntry(profile: AdvertisingProfile, isConnected: boolean): PickerEntry {
  const why = ineligibility(profile)
  const kind = kinds[profile.accountType] ?? 'Account'
  return {
    ...accountLabel(profile),
    profileId: profile.id,
    kind: profile.mayEdit ? kind : `${kind}, view only`,
    isConnected,
    reason: why && ineligibilityWords[why],
  }
}

const kinds: Readonly<Record<string, string>> = { seller: 'Seller', vendor: 'Vendor', agency: 'Agency' }

function blockedChoice(
  chosen: AdvertisingProfile,
  held: readonly HeldConnection[],
): NonNullable<PickerPage['blocked']> {
  const connected = held.map(({ id, profile }) => ({ connectionId: id, ...accountLabel(profile) }))
  return {
    chosen: { profileId: chosen.id, ...accountLabel(chosen) },
    held: connected,
    replaces: connected.length === 1 ? (connected[0] ?? null) : null,
  }
}
