import type { FastifyReply } from 'fastify'
import type { User } from '../../../domain/access/user.ts'
import type { LiveConnection } from '../../../domain/connection/connection.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { marketplaceFlag, marketplaceName } from '../../../domain/profile/marketplace.ts'
import { type AdvertisingProfile, profileName } from '../../../domain/profile/profile.ts'
import { formatTime } from './formats.ts'
import type { AccountLabel, Notice, Shell, Switcher, ViewAsBanner } from './shell-model.ts'
import { supportFormOf } from './support-form.ts'

export function accountLabel(
  profile: Pick<AdvertisingProfile, 'id' | 'accountName' | 'country'>,
): AccountLabel {
  const { country } = profile
  return {
    name: profileName(profile),
    marketplace: marketplaceName(country),
    flag: marketplaceFlag(country),
    country,
  }
}

/** Null before the first connection (S-05). */
export function switcherOf(
  live: readonly LiveConnection[],
  currentId: ConnectionId | null,
  canConnect: boolean,
): Switcher | null {
  if (live.length === 0) return null
  const current = live.find(({ id }) => id === currentId)
  return {
    current: current ? accountLabel(current.profile) : null,
    accounts: live.map(({ id, profile }) => ({ ...accountLabel(profile), id, isCurrent: id === currentId })),
    canConnect,
  }
}

export function shellOf(
  reply: FastifyReply,
  page: {
    readonly title: string
    readonly supportEmail: string
    readonly user?: Pick<User, 'name' | 'email'> | null
    readonly switcher?: Switcher | null
    readonly notice?: Notice | null
  },
): Shell {
  const { title, supportEmail, user = null, switcher = null, notice = null } = page
  const viewAs = viewAsBannerOf(reply)
  return {
    title,
    supportEmail,
    // View-as pages must have no valid form, even after the session ends.
    csrf: viewAs ? '' : reply.generateCsrf(),
    viewAs,
    user: user && { name: user.name, email: user.email },
    switcher,
    notice,
    help: user && supportFormOf(reply.request),
  }
}

/** S-44. */
function viewAsBannerOf(reply: FastifyReply): ViewAsBanner | null {
  const { viewAs: active } = reply.request
  if (!active) return null
  const { id: userId, name, email } = active.user
  return { userId, name, email, ends: formatTime(active.viewAs.endsAt), csrf: reply.generateCsrf('staff') }
}
