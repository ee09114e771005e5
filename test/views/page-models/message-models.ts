import { auditRow } from '../../../src/adapters/fastify/console/audit-texts.ts'
import { errorMessageOf, errorPageFor } from '../../../src/adapters/fastify/kit/errors/domain-error-pages.ts'
import {
  isInternalError,
  noticeCodes,
  noticeOf,
  urlAfterCallback,
  urlAfterChoice,
} from '../../../src/adapters/fastify/kit/notices/notices.ts'
import {
  accountNotice,
  notRenewedNotice,
  pendingNotice,
  planRestrictionNotice,
  resumeNotice,
} from '../../../src/adapters/fastify/seller/ads-notices.ts'
import { healthCard, healthNotice } from '../../../src/adapters/fastify/seller/health-texts.ts'
import type { CallbackResult } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { type AuditEntryWithNames, auditActions } from '../../../src/domain/access/audit.ts'
import type { PlanRestriction } from '../../../src/domain/access/subscription.ts'
import type {
  AttemptId,
  AuditEntryId,
  ConnectionId,
  ProfileId,
  UserId,
} from '../../../src/domain/identifiers.ts'
import {
  aGrant,
  anActiveConnection,
  anOrigin,
  anUnauthorisedConnection,
  hoursLater,
  noon,
} from '../../support/examples.ts'
import { healths } from '../healths.ts'

const attemptId = 'a1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as AttemptId
const connectionId = 'c1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as ConnectionId
const profileId = '801' as ProfileId
const about = { id: connectionId, now: noon }

const byName = <Of>(
  list: readonly Of[],
  nameOf: (item: Of) => string,
  resultOf: (item: Of) => unknown,
): object => Object.fromEntries(list.map(item => [nameOf(item), resultOf(item)]))

const callbackResults: readonly CallbackResult[] = [
  ...(['authorised', 'denied', 'amazon_busy', 'amazon_error', 'plan_required'] as const).map(outcome => ({
    outcome,
    attemptId,
  })),
  ...(['unknown', 'other_user', 'other_browser', 'replayed', 'expired', 'no_code'] as const).map(why => ({
    outcome: 'rejected' as const,
    why,
    attemptId,
  })),
  { outcome: 'rejected', why: 'unknown', attemptId: null },
  ...(
    [
      'code_refused',
      'client_refused',
      'refused',
      'timeout',
      'unreachable',
      'throttled',
      'unreadable',
    ] as const
  ).map(why => ({ outcome: 'token_exchange_failed' as const, why, attemptId })),
]
const choices = [
  ...(['connected', 'renewed', 'reopened'] as const).map(outcome => ({ outcome, connectionId })),
  { outcome: 'different_amazon_user', profileId },
  { outcome: 'nothing_reauthorised' },
  { outcome: 'blocked', profileId },
] as const

const planRestrictions: readonly PlanRestriction[] = [
  { kind: 'no_plan' },
  { kind: 'not_full_suite', plan: 'listing_tools' },
  { kind: 'lapsed', plan: 'annual', endedAt: noon },
]
const errors: readonly { readonly code: string; readonly [field: string]: unknown }[] = [
  ...[
    'invalid_credentials',
    'dashboard_not_for_support',
    'code_refused',
    'second_factor_locked',
    'staff_only',
    'admins_only',
    'user_not_found',
    'plan_conflict',
    'plan_ends_in_past',
    'role_conflict',
    'cannot_change_own_role',
    'cannot_remove_own_second_factor',
    'email_already_registered',
    'user_has_no_dashboard',
    'view_as_is_read_only',
    'view_as_exports_nothing',
    'view_as_ended',
    'access_link_invalid',
    'connect_link_invalid',
    'current_password_incorrect',
    'password_checks_busy',
    'sign_in_closed',
    'pending_expired',
    'pending_undecryptable',
    'no_pending_connection',
    'picker_outdated',
    'profile_not_listed',
    'replacement_outdated',
    'too_many_exports',
    'too_many_table_queries',
    'connection_not_found',
    'support_request_limit_reached',
    'support_request_not_found',
    'something_without_a_page',
  ].map(code => ({ code })),
  ...[30, 90, 120, 3600].map(waitSeconds => ({ code: 'sign_in_delayed', waitSeconds })),
  { code: 'connect_link_for_another_user', email: 'else@example.test' },
  { code: 'still_connected', connectionId },
  ...planRestrictions.map(planRestriction => ({ code: 'plan_required', planRestriction })),
  ...withEach('action_not_possible', 'why', [
    'not_connected',
    'not_authorised',
    'plan_required',
    'still_loading',
    'nothing_failed',
    'nothing_loading',
    'no_pending_connection',
  ]),
  ...withEach('invalid_date_range', 'fault', ['no_such_day', 'reversed', 'not_ended', 'too_many', 'too_old']),
  ...withEach('invalid_new_user', 'fault', ['no_name', 'long_name', 'no_address']),
  ...withEach('invalid_reason', 'fault', ['too_short', 'too_long']),
  ...withEach('cannot_view_as', 'why', ['own_account', 'no_dashboard']),
  ...withEach('password_not_allowed', 'fault', [
    'too_short',
    'too_long',
    'own_address',
    'own_name',
    'too_common',
  ]),
  ...withEach('profile_not_eligible', 'why', [
    'agency',
    'unknown_account_type',
    'unknown_timezone',
    'amazon_attribution',
  ]),
  ...withEach('invalid_comment', 'fault', ['empty', 'too_long']),
  { code: 'invalid_support_request', field: 'message', problem: 'empty' },
  ...withEach('invalid_support_request', 'field', ['message', 'amazonEmail', 'marketplace'], {
    problem: 'too_long',
  }),
]

function withEach(code: string, field: string, values: readonly string[], more: object = {}) {
  return values.map(value => ({ code, [field]: value, ...more }))
}

const active = anActiveConnection({ id: connectionId })
const unauthorised = anUnauthorisedConnection({ id: connectionId })
const denied = noticeOf('denied', '7F3K-2QXD')
const oneYear = { consentDays: 365 }
/** A consent that expires in this many days. */
const expiringIn = (days: number) =>
  anActiveConnection({ id: connectionId, grant: aGrant({ consentedAt: hoursLater((days - 365) * 24) }) })
const august = new Date('2027-08-01T12:00:00Z')
const old = { ...active, grant: aGrant({ consentedAt: new Date('2026-08-10T12:00:00Z') }) }

const aboveAccounts = {
  ...byName(
    planRestrictions,
    ({ kind }) => `lacking: ${kind}`,
    planRestriction => [
      planRestrictionNotice(active, planRestriction, denied),
      planRestrictionNotice(unauthorised, planRestriction, null),
    ],
  ),
  'plan restriction without an account': [
    planRestrictionNotice(null, { kind: 'no_plan' }, denied),
    planRestrictionNotice(null, { kind: 'no_plan' }, null),
  ],
  'all is well': accountNotice(active, null, oneYear, noon),
  'the permission never ends': accountNotice(expiringIn(5), null, oneYear, noon),
  'the permission ends soon': accountNotice(old, null, oneYear, august),
  'no permission': accountNotice(unauthorised, null, oneYear, noon),
  'the permission was not renewed': notRenewedNotice(old, oneYear, august),
  'the permission was renewed': notRenewedNotice(old, oneYear, noon),
  'the permission is in doubt': accountNotice({ ...active, doubtedAt: noon }, null, oneYear, noon),
  'to be confirmed': resumeNotice({ step: 'confirm_amazon_user' }),
  'to be tried again': resumeNotice({ step: 'retry_region' }),
  'to be chosen': resumeNotice({ step: 'choose_profile' }),
  'nothing to resume': resumeNotice({ step: 'none' }),
  'nothing is offered': pendingNotice({ step: 'none' }),
  'the picker expired': pendingNotice({ step: 'expired', attemptId }),
  'agencies alone': pendingNotice({ step: 'no_profiles', agencies: 2, attemptId }),
}

const audited: AuditEntryWithNames = {
  id: '7' as AuditEntryId,
  at: noon,
  staffId: 'p-1' as UserId,
  staffName: 'Sol',
  action: 'plan_changed',
  userId: 'p-2' as UserId,
  userName: 'Sam',
  connectionId,
  reason: 'A refund',
  before: { plan: 'monthly', endsAt: null, how: 'expired', sessions: 0, isOpen: false },
  after: null,
  from: anOrigin,
}
const bare = { ...audited, userName: null, connectionId: null, before: null, after: {}, from: null }
const audit = {
  whole: auditRow(audited),
  bare: [auditRow(bare), auditRow({ ...bare, userId: null })],
  actionTexts: byName(
    auditActions,
    name => name,
    action => auditRow({ ...audited, action }).action,
  ),
  endings: (['stopped', 'replaced', 'signed_out', 'role_changed', 'expired', 'toString'] as const).map(
    how => auditRow({ ...audited, after: { how } }).after,
  ),
}

export const messageModels: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  notices: {
    ...byName(
      noticeCodes,
      code => code,
      code => noticeOf(code, '7F3K-2QXD'),
    ),
    'no such notice': [noticeOf('toString', undefined), noticeOf(undefined, undefined)],
    'no such reference': noticeOf('denied', '<b>'),
    'on an account': aboveAccounts,
  },
  healths: byName(
    Object.entries(healths),
    ([name]) => name,
    ([, health]) => [healthCard(health, about), healthNotice(health, about)],
  ) as Readonly<Record<string, unknown>>,
  returns: {
    'after Amazon': callbackResults.map(result => [
      ...Object.values(result).slice(0, 2),
      urlAfterCallback(result),
      isInternalError(result) ? 'ours' : 'not ours',
    ]),
    'after a choice': choices.map(chosen => [chosen.outcome, urlAfterChoice(chosen)]),
  },
  refusals: {
    pages: errors.map(({ code, planRestriction, ...more }) => [
      [code, (planRestriction as PlanRestriction | undefined)?.kind, ...Object.values(more)]
        .filter(Boolean)
        .join(' '),
      errorPageFor({ code, planRestriction, ...more } as { code: string }),
    ]),
    'in one line': [
      errorMessageOf({ code: 'staff_only' }),
      errorMessageOf({ code: 'something_without_a_page' }),
    ],
  },
  audit,
}
