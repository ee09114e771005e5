import { randomUUID } from 'node:crypto'
import { LocalKeys } from '../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { decryptSecret } from '../../../src/application/ports.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { PostgresStores } from '../../support/contracts/postgres-stores.ts'
import { encryptInFirstFormat } from '../../support/runner/first-token-format.ts'

/** Expected tokens of a connection. A token's text contains the connection id and the token's number of changes. */
export interface TokenRecord {
  readonly id: ConnectionId
  refresh: number
  access: number
  /** False after a new consent, until the next refresh. */
  hasAccess: boolean
}

export type Kind = 'refresh' | 'access'

/** Typical length of an Amazon token; the maximum is 2,048 characters. */
const padding = 'x'.repeat(400)
export const textOf = (kind: Kind, { id }: TokenRecord, changeCount: number): string =>
  `${kind === 'refresh' ? 'Atzr' : 'Atza'}|${id}.${changeCount}.${padding}`

const columns = {
  refresh: { table: 'connection_grant', column: 'refresh_token' },
  access: { table: 'connection_grant', column: 'access_token' },
} as const
const kinds = ['refresh', 'access'] as const

/** Saves connections with two tokens each, every other one encrypted in the first version's format. */
export async function seedTokens(
  stores: PostgresStores,
  key: Secret,
  connections: number,
): Promise<TokenRecord[]> {
  const { id: owner } = await stores.createUser()
  const all: TokenRecord[] = Array.from({ length: connections }, () => ({
    id: randomUUID() as string as ConnectionId,
    refresh: 0,
    access: 0,
    hasAccess: true,
  }))
  const cipher = new TokenCipher(new LocalKeys([key]))
  const encrypted = async (kind: Kind, tokenRecord: TokenRecord, at: number) => {
    const [text, record] = [
      new Secret(textOf(kind, tokenRecord, 0)),
      { ...columns[kind], id: tokenRecord.id },
    ]
    return at % 2 === 0 ? encryptInFirstFormat(text, record, key) : cipher.encrypt(text, record)
  }
  for (let at = 0; at < all.length; at += 500) {
    const batch = all.slice(at, at + 500)
    const ids = batch.map(({ id }) => id)
    await stores.query(
      `insert into connection (id, user_id, status, is_exclusive, pending_connection_id, profile_id, region, country, currency,
         timezone, account_id, account_type, can_edit, connected_at, consented_at, login_region)
       select id, $2, 'active', false, id, id::text, 'na', 'US', 'USD', 'America/Los_Angeles', 'A1', 'seller', true,
         now(), now(), 'na' from unnest($1::uuid[]) as made (id)`,
      [ids, owner],
    )
    await stores.query(
      `insert into connection_grant (connection_id, login_region, refresh_token, access_token, access_token_expires_at,
         consented_at)
       select *, now(), now() from (
         select id, 'na', refresh, access from unnest($1::uuid[], $2::text[], $3::text[]) as made (id, refresh, access)
       ) as made`,
      [
        ids,
        ...(await Promise.all(
          kinds.map(kind => Promise.all(batch.map((tokenRecord, n) => encrypted(kind, tokenRecord, n)))),
        )),
      ],
    )
  }
  return all
}

/** Describes each token that this key alone can't decrypt or whose text is wrong. */
export async function findWrongTokens(
  stores: PostgresStores,
  key: Secret,
  all: readonly TokenRecord[],
): Promise<string[]> {
  const cipher = new TokenCipher(new LocalKeys([key]))
  const rows = await stores.query<{ id: string; refresh: string; access: string | null }>(
    'select connection_id as id, refresh_token as refresh, access_token as access from connection_grant',
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  const wrongTokens: string[] = []
  for (const tokenRecord of all) {
    for (const kind of kinds) {
      const encrypted = byId.get(tokenRecord.id)?.[kind] ?? null
      const secret =
        encrypted === null ? null : cipher.decrypt(encrypted, { ...columns[kind], id: tokenRecord.id })
      const text = secret && (await decryptSecret(secret).catch(() => null))?.reveal()
      const expected =
        kind === 'access' && !tokenRecord.hasAccess ? null : textOf(kind, tokenRecord, tokenRecord[kind])
      if (text !== expected)
        wrongTokens.push(`${kind} of ${tokenRecord.id}, changed ${tokenRecord[kind]} times`)
    }
  }
  return wrongTokens
}
