import { UserRow } from '../../../src/adapters/postgres/schema.ts'
import { answeringServer, answerWith } from '../../support/answering-server.ts'
import type { Scene } from '../scene.ts'
import { type Break, breaking } from './break.ts'

export const breaksOfProcesses = (scene: Scene): readonly Break[] => {
  const { product, environment } = scene
  const { sql, settings } = breaking(scene)
  return [
    {
      what: 'the absence of a worker',
      by: sql(
        `update worker_heartbeat set seen_at = seen_at - interval '5 minutes'`,
        `update worker_heartbeat set seen_at = seen_at + interval '5 minutes'`,
      ),
      lines: { worker: 'failed' },
      message: /^No worker running: none seen since /,
    },
    {
      what: 'an absent mail server',
      by: settings({ SMTP_URL: 'smtp://ads:a-mail-pass%40word@127.0.0.1:9' }),
      lines: { email: 'failed' },
      message: /^The SMTP server can’t be used: ESOCKET CONN/,
    },
    {
      what: 'an SMTP server that rejects our sign-in',
      by: settings({ SMTP_URL: (environment['SMTP_URL'] ?? '').replace('word', 'ward') }),
      lines: { email: 'failed' },
      message: /^The SMTP server can’t be used: 535/,
    },
    {
      what: 'emails that are not sent',
      by: settings({ SMTP_URL: '' }),
      lines: { email: 'warning' },
      message: /^SMTP_URL is not set/,
    },
    {
      what: 'jobs that cannot be stored',
      by: settings({ JOBS_URL: 'postgres://ads:hunter22@127.0.0.1:9/jobs' }),
      lines: { jobs: 'failed' },
      message: /^JOBS_URL can’t be used: connection refused\.$/,
    },
    {
      what: 'demo users',
      async by() {
        const id = '11111111-1111-4111-8111-111111111111'
        const who = {
          id,
          email: 'seller@demo.test',
          name: 'Sam',
          role: 'seller' as const,
          passwordHash: null,
        }
        await product.product.database.em.insert(UserRow, { ...who, createdAt: new Date() })
        return () => product.query('delete from app_user where id = $1', [id])
      },
      lines: { users: 'failed' },
      message: /^1 demo users in this database/,
    },
    {
      what: 'the absence of an admin',
      by: sql(
        `update app_user set role = 'manager' where role = 'admin'`,
        `update app_user set role = 'admin' where role = 'manager'`,
      ),
      lines: { users: 'warning' },
      message: /^No admin yet\.$/,
    },
    {
      what: 'a worker that cannot be monitored',
      by: settings({ OPERATIONS_PORT: '' }),
      lines: { monitoring: 'warning' },
      message: /^OPERATIONS_PORT is not set/,
    },
    {
      what: 'an unresponsive operations port as not checkable',
      by: settings({ OPERATIONS_PORT: '9' }),
      lines: { monitoring: 'could not be checked' },
      message: /^No process on this machine responds on port 9: connection refused\.$/,
    },
    {
      what: 'an operations port that another server uses',
      async by(t) {
        const { port } = new URL(await answeringServer(t, answerWith(200, 'hello')))
        return { OPERATIONS_PORT: port }
      },
      lines: { monitoring: 'warning' },
      message: /^Another program responds on port \d+ of this machine \(200\)\.$/,
    },
    {
      what: 'an absent trace collector',
      by: settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
      lines: { monitoring: 'warning' },
      message: /^Trace collector not reachable/,
    },
  ]
}
