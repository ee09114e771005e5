import type { FastifyReply } from 'fastify'
import type { Person } from '../../domain/access/person.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { marketplaceFlag, marketplaceName } from '../../domain/profile/marketplace.ts'
import { type AdvertisingProfile, profileName } from '../../domain/profile/profile.ts'
import { formatTime } from './formats.ts'
import { helpFormOn } from './help-form.ts'
import type { AccountLabel, Notice, Shell, Switcher, ViewingBanner } from './page-models/shell.ts'

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
  held: readonly HeldConnection[],
  currentId: ConnectionId | null,
  mayConnect: boolean,
): Switcher | null {
  if (held.length === 0) return null
  const current = held.find(({ id }) => id === currentId)
  return {
    current: current ? accountLabel(current.profile) : null,
    accounts: held.map(({ id, profile }) => ({ ...accountLabel(profile), id, isCurrent: id === currentId })),
    mayConnect,
  }
}

export function shellOf(
  reply: FastifyReply,
  page: {
    readonly title: string
    readonly supportEmail: string
    readonly person?: Pick<Person, 'name' | 'email'> | null
    readonly switcher?: Switcher | null
    readonly notice?: Notice | null
  },
): Shell {
  const { title, supportEmail, person = null, switcher = null, notice = null } = page
  const viewing = viewingOn(reply)
  return {
    title,
    supportEmail,
    // View-as pages have no valid form, not even after the session has ended.
    csrf: viewing ? '' : reply.generateCsrf(),
    viewing,
    person: person && { name: person.name, email: person.email },
    switcher,
    notice,
    help: person && helpFormOn(reply.request),
  }
}

/** S-44. */
function viewingOn(reply: FastifyReply): ViewingBanner | null {
  const { viewing: known } = reply.request
  if (!known) return null
  const { id: personId, name, email } = known.person
  return { personId, name, email, ends: formatTime(known.viewing.endsAt), csrf: reply.generateCsrf() }
}
