import { inspect } from 'node:util'
import t from 'tap'
import type { ConnectionId, ReportId, RunId } from '../../../src/domain/identifiers.ts'
import { entry, entryLevels } from '../../../src/domain/timeline/entry.ts'
import { anId, aPendingConnection, noon } from '../../support/examples.ts'

const happening = { kind: 'pending_expired' } as const

t.test('S-41 a timeline entry has the known ids, and null for the others', async t => {
  const { personId } = aPendingConnection()

  t.strictSame(entry(noon, { personId }, happening), {
    at: noon,
    personId,
    attemptId: null,
    connectionId: null,
    runId: null,
    reportId: null,
    happening,
  })
})

t.test('S-41 a timeline entry about a report names its sync run and connection', async t => {
  const about = {
    personId: aPendingConnection().personId,
    connectionId: anId<ConnectionId>(),
    runId: anId<RunId>(),
    reportId: anId<ReportId>(),
  }

  t.strictSame(entry(noon, about, happening), { at: noon, attemptId: null, ...about, happening })
})

t.test('S-12 S-46 a timeline entry about a pending connection takes only its ids', async t => {
  const pending = aPendingConnection()
  const { personId, attemptId } = pending

  const told = entry(noon, pending, happening)

  t.strictSame(Object.keys(told).sort(), [
    'at',
    'attemptId',
    'connectionId',
    'happening',
    'personId',
    'reportId',
    'runId',
  ])
  t.strictSame(told, {
    at: noon,
    personId,
    attemptId,
    connectionId: null,
    runId: null,
    reportId: null,
    happening,
  })
  t.notMatch(inspect(told, { depth: null, showHidden: true }), /secret|Atz[ar]|amazon\.example/)
})

t.test('S-41 every timeline event has a severity', async t => {
  const levels = Object.entries(entryLevels)

  for (const [kind, level] of levels) t.ok(['info', 'warning', 'error'].includes(level), kind)
  const lost = levels.filter(([kind]) => /failed|lost|unread$|no_profiles/.test(kind))
  t.ok(lost.every(([, level]) => level === 'error'))
  t.equal(entryLevels.choice_blocked, 'warning')
  t.equal(entryLevels.connected, 'info')
})
