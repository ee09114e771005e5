import { inspect } from 'node:util'
import t from 'tap'
import type { ConnectionId, ReportId, SyncRunId } from '../../../src/domain/identifiers.ts'
import { entry, severityOf } from '../../../src/domain/timeline/entry.ts'
import { anId, aPendingConnection, noon } from '../../support/examples.ts'

const event = { kind: 'pending_expired' } as const

t.test('S-41 a timeline entry about a report names its sync run and connection', async t => {
  const ids = {
    userId: aPendingConnection().userId,
    connectionId: anId<ConnectionId>(),
    syncRunId: anId<SyncRunId>(),
    reportId: anId<ReportId>(),
  }

  t.strictSame(entry(noon, ids, event), { at: noon, attemptId: null, ...ids, event })
})

t.test('S-12 S-46 a timeline entry about a pending connection takes only its ids', async t => {
  const pending = aPendingConnection()
  const { userId, attemptId } = pending

  const timelineEntry = entry(noon, pending, event)

  t.strictSame(Object.keys(timelineEntry).sort(), [
    'at',
    'attemptId',
    'connectionId',
    'event',
    'reportId',
    'syncRunId',
    'userId',
  ])
  t.strictSame(timelineEntry, {
    at: noon,
    userId,
    attemptId,
    connectionId: null,
    syncRunId: null,
    reportId: null,
    event,
  })
  t.notMatch(inspect(timelineEntry, { depth: null, showHidden: true }), /secret|Atz[ar]|amazon\.example/)
})

t.test('S-41 every timeline event has a severity', async t => {
  const levels = Object.entries(severityOf)

  for (const [kind, level] of levels) t.ok(['info', 'warning', 'error'].includes(level), kind)
  const failures = levels.filter(([kind]) => /(?<!amazon_user_fetch_)failed|lost|no_profiles/.test(kind))
  t.ok(failures.every(([, level]) => level === 'error'))
  t.equal(severityOf.choice_blocked, 'warning')
  t.equal(severityOf.connected, 'info')
})
