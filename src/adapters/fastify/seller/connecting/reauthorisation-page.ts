import { consentOf, type LiveConnection } from '../../../../domain/connection/connection.ts'
import type { AmazonUser } from '../../../../domain/connection/consent.ts'
import type { PendingConnection } from '../../../../domain/connection/pending-connection.ts'
import { profileLabel } from '../../../../domain/profile/profile.ts'
import { type Region, regionNames } from '../../../../domain/profile/region.ts'
import { referenceOf } from '../../../../domain/timeline/reference.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Notice, Shell } from '../../kit/shell-model.ts'
import { amazonSignOutUrls, amazonUserText } from '../amazon-account.ts'
import type { ReauthorisationPage } from '../page-models/connecting.ts'
import { failureText } from './picker-page.ts'

interface PendingReauthorisation {
  readonly connection: LiveConnection
  readonly pending: PendingConnection
}

/** S-26. */
export function reauthorisationPage(
  shell: Shell,
  { connection, pending }: PendingReauthorisation,
  unfetchedRegion: { readonly region: Region; readonly why: keyof typeof failureText } | null,
): ReauthorisationPage {
  return {
    ...shell,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    profileId: connection.profile.id,
    pendingId: pending.id,
    unfetchedRegion: unfetchedRegion && {
      region: unfetchedRegion.region,
      sentence: `Amazon’s ${regionNames[unfetchedRegion.region]} region ${failureText[unfetchedRegion.why]}.`,
    },
    before: amazonUserText(consentOf(connection).amazonUser) ?? 'another Amazon account',
    now: amazonUserText(pending.amazonUser) ?? 'the newly authorised Amazon account',
    signOutUrl: amazonSignOutUrls[pending.region],
    confirmedUserId: pending.amazonUser?.userId ?? '',
  }
}

/** S-26. */
export function profileNotReachedNotice(rejected: {
  readonly connection: LiveConnection
  readonly amazonUser: AmazonUser | null
  readonly attemptId: string
}): Notice {
  const label = profileLabel(rejected.connection.profile)
  const who = amazonUserText(rejected.amazonUser)
  return {
    tone: 'error',
    title: `This Amazon account can’t access ${label}`,
    sentence: `${who ? `You authorised as ${who}. ` : ''}This Amazon account can’t access the connected advertising account. Nothing was changed, and the authorisation wasn’t kept.`,
    steps: [
      'Sign out at Amazon first. Otherwise Amazon may use the same account again.',
      `Then authorise with an Amazon account that has access to ${label}.`,
    ],
    reference: referenceOf(rejected.attemptId),
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: rejected.connection.id,
  }
}
