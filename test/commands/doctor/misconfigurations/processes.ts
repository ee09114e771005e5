import { UserRow } from '../../../../src/adapters/postgres/access/access-rows.ts'
import { respondWith, startTestServer } from '../../../support/answering-server.ts'
import type { Scene } from '../scene.ts'
import { type Misconfiguration, misconfigurationHelpers } from './break.ts'

export const processMisconfigurations = (scene: Scene): readonly Misconfiguration[] => {
  const { product, environment } = scene
  const { withSql, withSettings } = misconfigurationHelpers(scene)
  return [
    {
      problem: 'the absence of a worker',
      apply: withSql(
        `update worker_heartbeat set seen_at = seen_at - interval '5 minutes'`,
        `update worker_heartbeat set seen_at = seen_at + interval '5 minutes'`,
      ),
      verdicts: { worker: 'failed' },
      message: /^No worker running: none seen since /,
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
    {
      problem: 'an unreachable job database',
      apply: withSettings({ JOBS_URL: 'postgres://ads:hunter22@127.0.0.1:9/jobs' }),
      verdicts: { jobs: 'failed' },
      message: /^JOBS_URL can’t be used: connection refused\.$/,
    },
    {
      problem: 'demo users',
      async apply() {
        const id = '11111111-1111-4111-8111-111111111111'
        const user = {
          id,
          email: 'seller@demo.test',
          name: 'Sam',
          role: 'seller' as const,
          passwordHash: null,
        }
        await product.product.database.em.insert(UserRow, { ...user, createdAt: new Date() })
        return () => product.query('delete from app_user where id = $1', [id])
      },
      verdicts: { users: 'failed' },
      message: /^1 demo users in this database/,
    },
    {
      problem: 'the absence of an admin',
      apply: withSql(
        `update app_user set role = 'manager' where role = 'admin'`,
        `update app_user set role = 'admin' where role = 'manager'`,
      ),
      verdicts: { users: 'warning' },
      message: /^No admin yet\.$/,
    },
    {
      problem: 'a worker that cannot be monitored',
      apply: withSettings({ OPERATIONS_PORT: '' }),
      verdicts: { monitoring: 'warning' },
      message: /^OPERATIONS_PORT is not set/,
    },
    {
      problem: 'an unresponsive operations port as a check that could not be made',
      apply: withSettings({ OPERATIONS_PORT: '9' }),
      verdicts: { monitoring: 'could not be checked' },
      message: /^No process on this machine responds on port 9: connection refused\.$/,
    },
    {
      problem: 'an operations port that another server uses',
      async apply(t) {
        const { port } = new URL(await startTestServer(t, respondWith(200, 'hello')))
        return { OPERATIONS_PORT: port }
      },
      verdicts: { monitoring: 'warning' },
      message: /^Another program responds on port \d+ of this machine \(200\)\.$/,
    },
    {
      problem: 'an unreachable trace collector',
      apply: withSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
      verdicts: { monitoring: 'warning' },
      message: /^Trace collector not reachable/,
    },
  ]
}
