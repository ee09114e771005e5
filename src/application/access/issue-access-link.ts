import { randomBytes } from 'node:crypto'
import { createAccessLink, type LinkPurpose } from '../../domain/access/access-link.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AccessLinks, StoredPasswords, Users } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly links: AccessLinks
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly publicUrl: URL
}

const paths: Readonly<Record<LinkPurpose, string>> = {
  invitation: '/invitation/',
  reset: '/password/reset/',
  connect: '/connect/',
  enrolment: '/admin/enrol/',
}

export class IssueAccessLink {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  execute(
    about: UserReference,
    purpose: Exclude<LinkPurpose, 'connect'>,
  ): Promise<{ readonly link: Secret } | 'user_not_found' | 'user_disabled' | 'has_password'> {
    const { users, storedPasswords, unitOfWork } = this.#deps
    return unitOfWork.transaction(async () => {
      const userId = await users.idOf(about)
      if (!userId) return 'user_not_found'
      const user = await users.lock(userId)
      if (await users.disabledSince(userId)) return 'user_disabled'
      const known = await storedPasswords.find(user.email)
      if (purpose === 'invitation' && known?.passwordHash) return 'has_password'
      return { link: await this.make(userId, purpose) }
    })
  }

  /** Joins the transaction. Only a hash is stored. */
  async make(userId: UserId, purpose: LinkPurpose): Promise<Secret> {
    const { links, clock, publicUrl } = this.#deps
    const token = randomBytes(32).toString('base64url')
    await links.save(createAccessLink(userId, purpose, clock.now()), new Secret(token))
    return new Secret(new URL(`${paths[purpose]}${token}`, publicUrl).href)
  }
}
