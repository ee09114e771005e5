import type { HeldConnection } from '../../domain/connection/connection.ts'
import { consentOf } from '../../domain/connection/connection.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { PendingConnection } from '../../domain/connection/pending-connection.ts'
import { profileLabel } from '../../domain/profile/profile.ts'
import { type Region, regionNames } from '../../domain/profile/region.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { amazonUserWords, signOutAddresses } from './amazon-account.ts'
import type { RenewalPage } from './page-models/connecting.ts'
import type { Notice, Shell } from './page-models/shell.ts'
import { failureWords } from './picker-page.ts'
import { accountLabel } from './shell.ts'

interface Renewing {
  readonly connection: HeldConnection
  readonly pending: PendingConnection
}

/** S-26. */
export function renewalPage(
  shell: Shell,
  { connection, pending }: Renewing,
  unread: { readonly region: Region; readonly why: keyof typeof failureWords } | null,
): RenewalPage {
  return {
    ...shell,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    profileId: connection.profile.id,
    pendingId: pending.id,
    unread: unread && {
      region: unread.region,
      sentence: `Amazon’s ${regionNames[unread.region]} region ${failureWords[unread.why]}.`,
    },
    before: amazonUserWords(consentOf(connection).amazonUser) ?? 'another Amazon account',
    now: amazonUserWords(pending.amazonUser) ?? 'an Amazon account we don’t know yet',
    signOutUrl: signOutAddresses[pending.region],
    confirmedUserId: pending.amazonUser?.userId ?? '',
  }
}

/** S-26. */
export function notReachedNotice(refused: {
  readonly connection: HeldConnection
  readonly amazonUser: AmazonUser | null
  readonly attemptId: string
}): Notice {
  const label = profileLabel(refused.connection.profile)
  const who = amazonUserWords(refused.amazonUser)
  return {
    tone: 'error',
    title: `This Amazon account can’t access ${label}`,
    sentence: `You authorised${who ? ` as ${who}` : ''}, which can’t access the connected advertising account. Nothing was changed, and the authorisation wasn’t kept.`,
    steps: [
      'Sign out at Amazon first. Otherwise Amazon may use the same account again.',
      `Then authorise with an Amazon account that has access to ${label}.`,
    ],
    reference: referenceOf(refused.attemptId),
    way: null,
    offersConnect: false,
    renews: refused.connection.id,
  }
}
