import { generateKey } from '../../../../src/settings/settings.ts'
import type { Scene } from '../scene.ts'
import { type Misconfiguration, misconfigurationHelpers } from './break.ts'

export const storeMisconfigurations = (scene: Scene): readonly Misconfiguration[] => {
  const { product, environment } = scene
  const { withSql, withSettings } = misconfigurationHelpers(scene)
  return [
    {
      problem: 'a dropped index',
      apply: withSql(
        'drop index report_due',
        `create index report_due on report (due_at) where status in ('requested', 'generating', 'completed')`,
      ),
      verdicts: { indexes: 'failed' },
      message: /^Missing: report_due\.$/,
    },
    {
      problem: 'only the missing extension, not its indexes',
      apply: withSql(
        'drop extension pg_trgm cascade',
        'create extension pg_trgm; create index case_summary_search_text on case_summary using gin (search_text gin_trgm_ops)',
      ),
      verdicts: { indexes: 'failed' },
      message: /^The extension pg_trgm is missing/,
    },
    {
      problem: 'an index whose creation was interrupted',
      async apply() {
        await product.newUser('seller', null)
        await product.newUser('seller', null)
        await product
          .query('create unique index concurrently person_half on app_user (role)')
          .catch(() => undefined)
        return () => product.query('drop index person_half')
      },
      verdicts: { indexes: 'failed' },
      message: /^Invalid indexes, unused by queries: person_half/,
    },
    {
      problem: 'a missing migration',
      apply: withSql(
        `update migration set name = '9999-of-tomorrow' where name = (select max(name) from migration)`,
        `update migration set name = '${product.product.database.migrations.at(-1)}' where name = '9999-of-tomorrow'`,
      ),
      verdicts: { migrations: 'failed' },
      message: new RegExp(`^Pending: ${product.product.database.migrations.at(-1)}\\.$`),
    },
    {
      problem: 'a missing token key',
      apply: withSettings({ TOKEN_KEYS: generateKey().reveal() }),
      verdicts: { 'token keys': 'failed' },
      message: /^Stored secrets can’t be decrypted: 1 under key [0-9a-f]{8}/,
    },
    {
      problem: 'a secret that was moved to another record',
      async apply() {
        const [row] = await product.query<{ id: string }>('select user_id as id from second_factor')
        const { id } = await product.newUser('support', null)
        await product.query('update second_factor set user_id = $1', [id])
        return () => product.query('update second_factor set user_id = $1', [row?.id])
      },
      verdicts: { 'token keys': 'failed' },
      message: /can’t be decrypted although its key is present: second_factor\.secret of /,
    },
    {
      problem: 'secrets under an older key',
      apply: withSettings({ TOKEN_KEYS: `${generateKey().reveal()},${environment['TOKEN_KEYS']}` }),
      verdicts: { 'token keys': 'warning' },
      message: /^1 stored secret is under an older key than/,
      fix: /npm run keys:rotate/,
    },
    {
      problem: 'a key that decrypts nothing',
      apply: withSettings({ TOKEN_KEYS: `${environment['TOKEN_KEYS']},${generateKey().reveal()}` }),
      verdicts: { 'token keys': 'warning' },
      message: /^No stored secret uses [0-9a-f]{8}\./,
    },
    {
      problem: 'a key that is readable text',
      apply: withSettings({
        SESSION_KEYS: Buffer.from('correct horse battery staple, ok').toString('base64'),
      }),
      verdicts: { 'session keys': 'failed' },
      message: /isn’t random/,
    },
    {
      problem: 'one key used for sessions and tokens',
      apply: withSettings({ SESSION_KEYS: environment['TOKEN_KEYS'] ?? '' }),
      verdicts: { 'session keys': 'warning' },
      message: /SESSION_KEYS and TOKEN_KEYS share a key/,
    },
    {
      problem: 'a table that is not vacuumed',
      apply: withSql(
        'alter table report set (autovacuum_enabled = off)',
        'alter table report reset (autovacuum_enabled)',
      ),
      verdicts: { autovacuum: 'failed' },
      message: /^Off for report\.$/,
    },
    {
      problem: 'a collation that has changed under the indexes',
      apply: withSql(
        `update pg_database set datcollversion = '0' where datname = current_database()`,
        `update pg_database set datcollversion = pg_database_collation_actual_version(oid) where datname = current_database()`,
      ),
      verdicts: { collation: 'warning' },
      message: /Collation version changed from 0/,
    },
    {
      problem: 'too few database connections for a web and a worker process',
      apply: withSql(
        `do $$ begin execute format('alter database %I connection limit 50', current_database()); end $$`,
        `do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$`,
      ),
      verdicts: { 'database connections': 'failed' },
      message: /^50 database connections available; a web and a worker process use up to 58\./,
    },
  ]
}
