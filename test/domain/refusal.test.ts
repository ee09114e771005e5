import t from 'tap'
import { ViewingChangesNothing, ViewingOver, ViewingTakesNoFiles } from '../../src/domain/access/viewing.ts'
import {
  ConnectionNotFound,
  NothingPending,
  PendingConnectionExpired,
  PendingConnectionUnreadable,
  PickerStale,
  ProfileNotEligible,
  ProfileNotOffered,
  ReplacementStale,
  StillConnected,
} from '../../src/domain/connection/refusals.ts'
import type { ConnectionId, ProfileId } from '../../src/domain/identifiers.ts'
import { ExportsBusy, TablesBusy } from '../../src/domain/performance/refusals.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import { anId } from '../support/examples.ts'

t.test('a domain error is identified by its code', async t => {
  t.strictSame(
    [
      new PendingConnectionUnreadable(),
      new ViewingChangesNothing(),
      new ViewingTakesNoFiles(),
      new ViewingOver(),
      new ExportsBusy(),
      new TablesBusy(),
    ].map(({ code }) => code),
    [
      'pending_unreadable',
      'viewing_changes_nothing',
      'viewing_takes_no_files',
      'viewing_over',
      'exports_busy',
      'tables_busy',
    ],
  )
})

t.test('every domain error of choosing a profile has its own code and class name', async t => {
  const replace = anId<ConnectionId>()
  const refusals: Refusal[] = [
    new PendingConnectionExpired(),
    new NothingPending(),
    new PickerStale(),
    new ProfileNotOffered('1' as ProfileId),
    new ProfileNotEligible('agency'),
    new ReplacementStale(replace),
    new ConnectionNotFound(),
    new StillConnected(replace),
  ]

  t.strictSame(
    refusals.map(({ code }) => code),
    [
      'pending_expired',
      'nothing_pending',
      'picker_stale',
      'profile_not_offered',
      'profile_not_eligible',
      'replacement_stale',
      'connection_not_found',
      'still_connected',
    ],
  )
  for (const refusal of refusals) {
    t.ok(refusal instanceof Refusal)
    t.ok(refusal instanceof Error)
    t.equal(refusal.name, refusal.constructor.name)
  }
})

t.test('a domain error carries the facts that a page needs', async t => {
  const replace = anId<ConnectionId>()

  t.equal(new ProfileNotOffered('1' as ProfileId).profileId, '1')
  t.equal(new ProfileNotEligible('agency').why, 'agency')
  t.equal(new ReplacementStale(replace).replace, replace)
})
