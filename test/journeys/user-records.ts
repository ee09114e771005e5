import { eventually } from '../support/eventually.ts'
import type { TestProduct } from '../support/product/test-product.ts'

export interface ConnectionRecord {
  readonly id: string
  readonly status: string
  readonly profile_id: string
  readonly account_name: string | null
  readonly close_reason: string | null
}

/** Reads a user's stored rows, for facts that no page shows. */
export function recordsOf({ query }: TestProduct, userId: string) {
  return {
    pending: () =>
      query<{ id: string; expires_at: Date; saved_at: Date }>(
        'select id, expires_at, saved_at from pending_connection where user_id = $1',
        [userId],
      ),
    connections: () =>
      query<ConnectionRecord>(
        'select id, status, profile_id, account_name, close_reason from connection where user_id = $1 order by connected_at',
        [userId],
      ),
    grants: () =>
      query<{ connection_id: string }>(
        'select connection_id from connection_grant join connection on id = connection_id where user_id = $1',
        [userId],
      ),
    timeline: async () => {
      const rows = await query<{ kind: string }>(
        'select kind from timeline_entry where user_id = $1 order by id',
        [userId],
      )
      return rows.map(({ kind }) => kind)
    },
    events: async (kind: string) => {
      const rows = await query<{ event: Record<string, unknown> }>(
        'select event from timeline_entry where user_id = $1 and kind = $2 order by id',
        [userId, kind],
      )
      return rows.map(({ event }) => event)
    },
    /** All rows of the user, to detect changes. Omits last-seen times and what workers refresh. */
    everything: () =>
      query<Record<string, unknown>>(
        `select 'pending' as what, to_jsonb(p) - 'amazon_user' as row from pending_connection p where user_id = $1
         union all select 'connection', to_jsonb(c) from connection c where user_id = $1
         union all select 'grant', to_jsonb(g) - 'refresh_token' - 'access_token' - 'access_token_expires_at' - 'token_version' - 'refreshing_until'
           from connection_grant g join connection c on c.id = g.connection_id where user_id = $1
         union all select 'session', to_jsonb(s) - 'last_seen_at' - 'expires_at' from session s where user_id = $1
         union all select 'support request', to_jsonb(h) from support_request h where user_id = $1
         union all select 'comment', to_jsonb(r) from support_request_comment r join support_request h on h.id = request_id where user_id = $1
         order by 1, 2`,
        [userId],
      ),
  }
}

/** Postpones daily syncs: their time follows from the connection's random id and could fall in the test. */
export const postponeSyncs = ({ query }: TestProduct): Promise<unknown> =>
  query(`update sync_schedule set due_at = due_at + interval '10 years'`)

export { eventually as until }
