import { generateKey } from '../../../../src/settings/settings.ts'
import type { Scene } from '../scene.ts'
import { type Misconfiguration, misconfigurationHelpers } from './break.ts'

export const serverMisconfigurations = (scene: Scene): readonly Misconfiguration[] => {
  const { product, environment } = scene
  const { withSql, withSettings } = misconfigurationHelpers(scene)
  return [
    {
      problem: 'a dropped index',
      apply: withSql(
        'drop index report_due',
        `create index report_due on report (due_at) where status in ('requested', 'generating', 'completed')`,
      ),
      verdicts: { migrations: 'failed' },
      message: /^Missing or invalid indexes: report_due\.$/,
    },
    {
      problem: 'only the missing extension, not its indexes',
      apply: withSql(
        'drop extension pg_trgm cascade',
        'create extension pg_trgm; create index case_summary_search_text on case_summary using gin (search_text gin_trgm_ops)',
      ),
      verdicts: { migrations: 'failed' },
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
      verdicts: { migrations: 'failed' },
      message: /^Missing or invalid indexes: person_half/,
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
      problem: 'a product that runs as the database’s owner',
      apply: withSettings({ DATABASE_URL: product.databaseUrl }),
      verdicts: { audit: 'warning' },
      message: /can change or delete entries of the audit/,
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
      problem: 'an unreachable mail server',
      apply: withSettings({ SMTP_URL: 'smtp://ads:a-mail-pass%40word@127.0.0.1:9' }),
      verdicts: { email: 'failed' },
      message: /^The SMTP server can’t be used: ESOCKET CONN/,
    },
    {
      problem: 'an SMTP server that rejects our sign-in',
      apply: withSettings({ SMTP_URL: (environment['SMTP_URL'] ?? '').replace('word', 'ward') }),
      verdicts: { email: 'failed' },
      message: /^The SMTP server can’t be used: 535/,
    },
    {
      problem: 'a product that sends no email',
      apply: withSettings({ SMTP_URL: '' }),
      verdicts: { email: 'warning' },
      message: /^SMTP_URL is not set/,
    },
  ]
}
