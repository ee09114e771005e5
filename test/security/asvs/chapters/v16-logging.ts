import { type Chapter, met, notMet, proofIn, section } from '../requirement.ts'

const correlation = proofIn('journeys/operations/observability.test.ts')(
  'S-52 one correlation id leads from a click to each call to Amazon',
)
const audit = proofIn('journeys/console/view-as.test.ts')(
  'S-43 S-44 only admins see the audit: who, what, whose account, why and from where',
)
const logLines = proofIn('composition/log.test.ts')('the log file has one JSON object per line')
const redaction = proofIn('composition/log.test.ts')(
  'S-12 S-46 secrets in a log line are redacted at any depth',
)
const responses = proofIn('journeys/operations/responses.test.ts')
const refused = responses('S-29 S-46 access that is refused is logged with the reason and the user')
const internalError = responses('S-46 an internal error shows only a reference, and the log has its cause')

export const logging: Chapter = {
  title: 'Logging and error handling',
  requirements: {
    '16.1.1': met('Events, format, place, readers and retention.', section('inventories.md', 'Logs')),
    '16.2.1': met(
      'Time, request, route, address and correlation id on each line; the user on refused requests, and in the timeline and audit log for the rest.',
      audit,
      correlation,
      refused,
    ),
    '16.2.2': met(
      'Logs have milliseconds since 1970 UTC, rows a time with zone. All processes follow PostgreSQL’s clock; a differing machine is logged.',
      proofIn('adapters/postgres/engine/synchronised-clock.test.ts')(
        'S-24 a process uses its database’s time regardless of the machine’s clock',
      ),
      section('operations.md', 'Clocks'),
    ),
    '16.2.3': met(
      'Standard output or one file, and a collector only if it is set.',
      proofIn('adapters/telemetry/traces.test.ts')(
        'S-52 no module imports tracing packages statically, so none is loaded without the setting',
      ),
      section('inventories.md', 'Logs'),
    ),
    '16.2.4': met('JSON lines by pino, one correlation id.', logLines, correlation),
    '16.2.5': met(
      'Secrets print as `[secret]` and are redacted as a second safeguard; addresses lose query and token.',
      redaction,
      proofIn('domain/secret.test.ts')('S-12 S-46 a secret inside another object is never shown'),
      proofIn('journeys/operations/tokens.test.ts')('no log line contains a token'),
    ),
    '16.3.1': met(
      'Each check of a password or second factor is logged with result, cause and user; turning points are on the timeline.',
      proofIn('journeys/access/password-guessing.test.ts')(
        'S-41 S-52 a guesser shows in metrics and log and, once, on the user’s timeline',
      ),
      proofIn('journeys/access/staff.test.ts')(
        'S-01 S-46 staff sign in separately, reach the page they asked for and sign out',
      ),
    ),
    '16.3.2': met(
      'Refused requests and refused rules are logged with reason and user; each account that staff open is in the staff access log. Level 3’s log of every decision doesn’t exist.',
      refused,
      proofIn('admin/users/console.test.ts')(
        'S-44 opening a user’s page is shown in that user’s access log only',
      ),
    ),
    '16.3.3': met(
      'Staff actions are audited. Rejected forms, missing CSRF tokens, exceeded limits and invalid webhook signatures are logged with their code.',
      proofIn('journeys/operations/responses.test.ts')(
        'S-46 a request that a safeguard rejects is logged with the reason, without its content',
      ),
      proofIn('admin/audited.test.ts')(
        'S-43 a staff action is audited with the trimmed reason and the request’s origin',
      ),
    ),
    '16.3.4': met(
      'Internal errors with stack, outages and failed connections, TLS included.',
      internalError,
      proofIn('adapters/telemetry/system-metrics-cache.test.ts')(
        'S-52 a failed metrics query is logged and repeated at the next scrape',
      ),
      proofIn('adapters/agenda/step-queue.test.ts')('a failed step is logged with its report id'),
    ),
    '16.4.1': met(
      'JSON escapes line breaks and control characters.',
      proofIn('composition/log.test.ts')('S-46 a line break in a value cannot forge a log line'),
    ),
    '16.4.2': notMet(
      'The product’s database role can’t change the audit, but Docker’s log files belong to the operator. Plan: ship logs to a store that only appends.',
    ),
    '16.4.3': notMet(
      'Logs stay with Docker on the machine. Plan: document a log driver that ships them to another system over TLS.',
    ),
    '16.5.1': met(
      'One sentence and a reference; no stack, query or secret.',
      internalError,
      proofIn('process/start.test.ts')(
        'an unusable database stops startup with a one-sentence error that omits the password',
      ),
    ),
    '16.5.2': met(
      'Each dependency’s failure is tested; regions pause, loads retry, pages show what is loaded.',
      section('operations.md', 'Failure behaviour'),
      proofIn('journeys/operations/robust.test.ts')(
        'without the database, static files and the health route still work and readiness fails',
      ),
      proofIn('application/ingestion/report/advance-report.test.ts')(
        'S-24 5xx responses, resets and timeouts are retried for every call',
      ),
    ),
    '16.5.3': met(
      'A use case that throws commits nothing; without an answer from the database no session is valid.',
      proofIn('application/connection/choose-profile.test.ts')(
        'S-11 when the commit fails, nothing is connected and no job is enqueued',
      ),
      proofIn('admin/audited.test.ts')('S-43 a staff action and its audit entry are written in one commit'),
      proofIn('journeys/operations/robust.test.ts')(
        'without the database, static files and the health route still work and readiness fails',
      ),
    ),
    '16.5.4': met(
      'Requests and background work have a handler for every error. An error outside them is logged as fatal, and the process stops in order.',
      proofIn('process/start.test.ts')(
        'S-51 S-52 an unexpected error outside every handler is logged, and the process stops in order',
      ),
    ),
  },
}
