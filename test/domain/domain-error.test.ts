import t from 'tap'
import {
  ViewAsEnded,
  ViewAsExportsNothing,
  ViewAsIsReadOnly,
} from '../../src/domain/access/view-as-session.ts'
import {
  ConnectionNotFound,
  NoPendingConnection,
  PendingConnectionExpired,
  PendingConnectionUndecryptable,
  PickerOutdated,
  ProfileNotEligible,
  ProfileNotListed,
  ReplacementOutdated,
  StillConnected,
} from '../../src/domain/connection/errors.ts'
import { DomainError } from '../../src/domain/domain-error.ts'
import type { ConnectionId, ProfileId } from '../../src/domain/identifiers.ts'
import { TooManyExports, TooManyTableQueries } from '../../src/domain/performance/errors.ts'
import { anId } from '../support/examples.ts'

t.test('a domain error is identified by its code', async t => {
  t.strictSame(
    [
      new PendingConnectionUndecryptable(),
      new ViewAsIsReadOnly(),
      new ViewAsExportsNothing(),
      new ViewAsEnded(),
      new TooManyExports(),
      new TooManyTableQueries(),
    ].map(({ code }) => code),
    [
      'pending_undecryptable',
      'view_as_is_read_only',
      'view_as_exports_nothing',
      'view_as_ended',
      'too_many_exports',
      'too_many_table_queries',
    ],
  )
})

t.test('every domain error in choosing a profile has its own code and class name', async t => {
  const replace = anId<ConnectionId>()
  const errors: DomainError[] = [
    new PendingConnectionExpired(),
    new NoPendingConnection(),
    new PickerOutdated(),
    new ProfileNotListed('1' as ProfileId),
    new ProfileNotEligible('agency'),
    new ReplacementOutdated(replace),
    new ConnectionNotFound(),
    new StillConnected(replace),
  ]

  t.strictSame(
    errors.map(({ code }) => code),
    [
      'pending_expired',
      'no_pending_connection',
      'picker_outdated',
      'profile_not_listed',
      'profile_not_eligible',
      'replacement_outdated',
      'connection_not_found',
      'still_connected',
    ],
  )
  for (const error of errors) {
    t.ok(error instanceof DomainError)
    t.ok(error instanceof Error)
    t.equal(error.name, error.constructor.name)
  }
})

t.test('a domain error carries the details that its page needs', async t => {
  const replace = anId<ConnectionId>()

  t.equal(new ProfileNotListed('1' as ProfileId).profileId, '1')
  t.equal(new ProfileNotEligible('agency').why, 'agency')
  t.equal(new ReplacementOutdated(replace).replace, replace)
})
