import { generateKey } from '../../../src/settings.ts'
import type { Scene } from '../scene.ts'
import { type Break, breaking } from './break.ts'

export const breaksOfStores = (scene: Scene): readonly Break[] => {
  const { product, environment } = scene
  const { sql, settings } = breaking(scene)
  return [
    {
      what: 'a dropped index',
      by: sql(
        'drop index report_due',
        `create index report_due on report (due_at) where status in ('requested', 'generating', 'completed')`,
      ),
      lines: { indexes: 'failed' },
      message: /^Missing: report_due\.$/,
    },
    {
      what: 'only the missing extension, not its indexes',
      by: sql(
        'drop extension pg_trgm cascade',
        'create extension pg_trgm; create index case_summary_search_text on case_summary using gin (search_text gin_trgm_ops)',
      ),
      lines: { indexes: 'failed' },
      message: /^The extension pg_trgm is missing/,
    },
    {
      what: 'an index whose creation was interrupted',
      async by() {
        await product.newUser('seller', null)
        await product.newUser('seller', null)
        await product
          .query('create unique index concurrently person_half on app_user (role)')
          .catch(() => undefined)
        return () => product.query('drop index person_half')
      },
      lines: { indexes: 'failed' },
      message: /^Invalid indexes, unused by queries: person_half/,
    },
    {
      what: 'a missing migration',
      by: sql(
        `update migration set name = '9999-of-tomorrow' where name = (select max(name) from migration)`,
        `update migration set name = '${product.product.database.migrations.at(-1)}' where name = '9999-of-tomorrow'`,
      ),
      lines: { migrations: 'failed' },
      message: new RegExp(`^Pending: ${product.product.database.migrations.at(-1)}\\.$`),
    },
    {
      what: 'a missing token key',
      by: settings({ TOKEN_KEYS: generateKey().reveal() }),
      lines: { 'token keys': 'failed' },
      message: /^Stored secrets can’t be decrypted: 1 under key [0-9a-f]{8}/,
    },
    {
      what: 'a secret that was moved to another record',
      async by() {
        const [row] = await product.query<{ id: string }>('select user_id as id from second_factor')
        const { id } = await product.newUser('support', null)
        await product.query('update second_factor set user_id = $1', [id])
        return () => product.query('update second_factor set user_id = $1', [row?.id])
      },
      lines: { 'token keys': 'failed' },
      message: /can’t be decrypted although its key is present: second_factor\.secret of /,
    },
    {
      what: 'secrets under an older key',
      by: settings({ TOKEN_KEYS: `${generateKey().reveal()},${environment['TOKEN_KEYS']}` }),
      lines: { 'token keys': 'warning' },
      message: /^1 stored secret is under an older key than/,
      fix: /npm run keys:rotate/,
    },
    {
      what: 'a key that decrypts nothing',
      by: settings({ TOKEN_KEYS: `${environment['TOKEN_KEYS']},${generateKey().reveal()}` }),
      lines: { 'token keys': 'warning' },
      message: /^No stored secret uses [0-9a-f]{8}\./,
    },
    {
      what: 'a key that is text',
      by: settings({ SESSION_KEYS: Buffer.from('correct horse battery staple, ok').toString('base64') }),
      lines: { 'session keys': 'failed' },
      message: /isn’t random/,
    },
    {
      what: 'one key used for sessions and tokens',
      by: settings({ SESSION_KEYS: environment['TOKEN_KEYS'] ?? '' }),
      lines: { 'session keys': 'warning' },
      message: /SESSION_KEYS and TOKEN_KEYS share a key/,
    },
    {
      what: 'a table that is not vacuumed',
      by: sql(
        'alter table report set (autovacuum_enabled = off)',
        'alter table report reset (autovacuum_enabled)',
      ),
      lines: { autovacuum: 'failed' },
      message: /^Off for report\.$/,
    },
    {
      what: 'a collation that has changed under the indexes',
      by: sql(
        `update pg_database set datcollversion = '0' where datname = current_database()`,
        `update pg_database set datcollversion = pg_database_collation_actual_version(oid) where datname = current_database()`,
      ),
      lines: { collation: 'warning' },
      message: /Collation version changed from 0/,
    },
    {
      what: 'too few database connections for a web and a worker process',
      by: sql(
        `do $$ begin execute format('alter database %I connection limit 50', current_database()); end $$`,
        `do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$`,
      ),
      lines: { 'database connections': 'failed' },
      message: /^50 database connections available; a web and a worker process use up to 58\./,
    },
  ]
}
