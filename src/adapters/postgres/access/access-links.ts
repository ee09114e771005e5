import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { AccessLinks } from '../../../application/access/ports.ts'
import type { AccessLink, LinkPurpose } from '../../../domain/access/access-link.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { AccessLinkRow } from './access-rows.ts'

export class PostgresAccessLinks extends AccessLinks {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async save(link: AccessLink, token: Secret): Promise<void> {
    const { userId, purpose, createdAt } = link
    const earlier = { userId, purpose, expiresAt: { $gt: createdAt } }
    await this.#em.nativeUpdate(AccessLinkRow, earlier, { expiresAt: createdAt })
    await this.#em.insert(AccessLinkRow, { ...link, tokenHash: hash(token) })
  }

  async find(token: Secret, purpose: LinkPurpose, now: Date): Promise<AccessLink | null> {
    const row = await this.#em.findOne(
      AccessLinkRow,
      { tokenHash: hash(token), purpose, expiresAt: { $gt: now } },
      { disableIdentityMap: true },
    )
    if (!row) return null
    const { createdAt, expiresAt } = row
    return { userId: row.userId as UserId, purpose, createdAt, expiresAt }
  }

  countSince(userId: UserId, purpose: LinkPurpose, since: Date): Promise<number> {
    return this.#em.count(AccessLinkRow, { userId, purpose, createdAt: { $gt: since } })
  }

  async eraseAllOf(userId: UserId, purpose?: LinkPurpose): Promise<void> {
    await this.#em.nativeDelete(AccessLinkRow, { userId, ...(purpose && { purpose }) })
  }

  eraseExpired(by: Date): Promise<number> {
    return this.#em.nativeDelete(AccessLinkRow, { expiresAt: { $lte: by } })
  }
}

/** 256 random bits: a leaked table contains no usable link. */
const hash = (token: Secret): string => createHash('sha256').update(token.reveal()).digest('base64url')
