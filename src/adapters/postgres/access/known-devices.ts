import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { KnownDevices } from '../../../application/access/ports.ts'
import type { KnownDeviceId, UserId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { KnownDeviceRow } from './access-rows.ts'

export class PostgresKnownDevices extends KnownDevices {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async find(token: Secret, userId: UserId): Promise<KnownDeviceId | null> {
    const condition = { tokenHash: hash(token), userId }
    const row = await this.#em.findOne(KnownDeviceRow, condition, { disableIdentityMap: true })
    return row && (row.id as KnownDeviceId)
  }

  async add(
    device: { readonly id: KnownDeviceId; readonly userId: UserId; readonly createdAt: Date },
    token: Secret,
  ): Promise<void> {
    const lastSeenAt = device.createdAt
    await this.#em.insert(KnownDeviceRow, { ...device, lastSeenAt, tokenHash: hash(token) })
  }

  async touch(id: KnownDeviceId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(KnownDeviceRow, { id }, { lastSeenAt: at })
  }

  async forgetAllOf(userId: UserId, except?: KnownDeviceId): Promise<void> {
    await this.#em.nativeDelete(KnownDeviceRow, { userId, ...(except && { id: { $ne: except } }) })
  }

  eraseUnused(since: Date): Promise<number> {
    return this.#em.nativeDelete(KnownDeviceRow, { lastSeenAt: { $lte: since } })
  }
}

/** 256 random bits: a leaked table contains no usable token. */
const hash = (token: Secret): string => createHash('sha256').update(token.reveal()).digest('base64url')
