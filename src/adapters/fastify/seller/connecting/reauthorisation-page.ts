import { consentOf, type LiveConnection } from '../../../../domain/connection/connection.ts'
import type { PendingConnection } from '../../../../domain/connection/pending-connection.ts'
import { profileLabel } from '../../../../domain/profile/profile.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Notice, Shell } from '../../kit/shell-model.ts'
import { amazonSignOutUrls, amazonUserText } from '../amazon-account.ts'
import type { ReauthorisationPage } from '../page-models/connecting.ts'
import { unfetchedRegionText } from './picker-page.ts'

/** S-26. */
export function reauthorisationPage(
  shell: Shell,
  {
    connection,
    pending,
    mustRetry,
  }: {
    readonly connection: LiveConnection
    readonly pending: PendingConnection
    /** Before the profile's region has answered. */
    readonly mustRetry: boolean
  },
): ReauthorisationPage {
  const { region } = connection.profile
  return {
    ...shell,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    profileId: connection.profile.id,
    pendingId: pending.id,
    unfetchedRegion: mustRetry ? { region, sentence: unfetchedRegionText(pending, region) } : null,
    before: amazonUserText(consentOf(connection).amazonUser) ?? 'another Amazon account',
    now: amazonUserText(pending.amazonUser) ?? 'the newly authorised Amazon account',
    signOutUrl: amazonSignOutUrls[pending.region],
    confirmedUserId: pending.amazonUser?.userId ?? '',
  }
}

/** S-26. `amazonUser` is null when unknown. */
export function profileNotReachedNotice(
  connection: LiveConnection,
  { amazonUser, reference }: { readonly amazonUser: string | null; readonly reference: string | null },
): Notice {
  const label = profileLabel(connection.profile)
  return {
    tone: 'error',
    title: `This Amazon account can’t access ${label}`,
    sentence: `${amazonUser ? `You authorised as ${amazonUser}. ` : ''}This Amazon account can’t access the connected advertising account. Nothing was changed, and the authorisation wasn’t kept.`,
    steps: [
      'Sign out at Amazon first. Otherwise Amazon may use the same account again.',
      `Then authorise with an Amazon account that has access to ${label}.`,
    ],
    reference,
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: connection.id,
  }
}
