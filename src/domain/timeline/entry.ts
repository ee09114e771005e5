import type { CaseAction } from '../access/staff-action.ts'
import type { Plan, PlanRestriction } from '../access/subscription.ts'
import type { SubscriptionSource } from '../access/subscription-event.ts'
import type { Role } from '../access/user.ts'
import type { AmazonErrorDetails } from '../amazon-response.ts'
import type { DayRange } from '../calendar.ts'
import type { StateError } from '../connection/authorisation-attempt.ts'
import type { AuthorisationLossReason, CloseReason } from '../connection/connection.ts'
import type { EmptyProfileListReason } from '../connection/empty-profile-list.ts'
import type { ProfileChoiceErrorCode } from '../connection/errors.ts'
import type { RegionFailure } from '../connection/pending-connection.ts'
import type { EmailKind, ReminderNumber } from '../email/email-message.ts'
import type {
  AttemptId,
  ConnectionId,
  PendingConnectionId,
  ReportId,
  SubscriptionEventId,
  SupportRequestId,
  SyncRunId,
  UserId,
} from '../identifiers.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import type { Deferral } from '../ingestion/deferral.ts'
import type { Mismatch } from '../ingestion/reconciliation.ts'
import type { FailureReason, ReportError } from '../ingestion/report-error.ts'
import type { SyncRunKind } from '../ingestion/sync-run.ts'
import type { Ineligibility } from '../profile/profile.ts'
import type { Region } from '../profile/region.ts'

export type TokenExchangeError =
  | {
      readonly why: 'code_refused' | 'client_refused' | 'refused'
      readonly amazonError: string
      readonly requestId: string | null
      readonly skewSeconds?: number
    }
  | { readonly why: 'timeout' | 'unreachable' | 'throttled' | 'unreadable' }

/** S-43 */
export interface StaffActor {
  readonly userId: UserId
  readonly reason: string
}

/** `message` is Amazon's, or a failure's name. */
export interface LiveTestStep {
  readonly step: 'client' | 'refresh' | `profiles_${Region}` | 'report'
  readonly went: 'well' | 'badly'
  readonly message: string
  readonly milliseconds: number
  readonly requestId?: string
}

/** `endsAt` is null while it renews automatically. */
export interface PlanSnapshot {
  readonly plan: Plan
  readonly endsAt: string | null
}

/** S-41 */
export type TimelineEvent =
  | {
      readonly kind: 'plan_changed'
      readonly source: SubscriptionSource
      readonly eventId: SubscriptionEventId
      readonly before: PlanSnapshot | null
      readonly after: PlanSnapshot | null
      readonly by?: StaffActor
    }
  | {
      readonly kind: 'role_changed'
      readonly source: Exclude<SubscriptionSource, 'billing'>
      readonly before: Role
      readonly after: Role
      readonly by?: StaffActor
    }
  | {
      readonly kind: 'access_changed'
      readonly source: Exclude<SubscriptionSource, 'billing'>
      readonly isDisabled: boolean
      readonly by?: StaffActor
    }
  | { readonly kind: 'staff_action'; readonly action: CaseAction; readonly by: StaffActor }
  | { readonly kind: 'tested_live'; readonly steps: readonly LiveTestStep[] }
  /** Never contains the link. */
  | { readonly kind: 'connect_link_sent'; readonly by: StaffActor }
  | { readonly kind: 'connect_link_used' }
  | { readonly kind: 'connect_rejected'; readonly planRestriction: PlanRestriction['kind'] }
  | { readonly kind: 'sent_to_amazon'; readonly region: Region }
  | { readonly kind: 'callback_denied'; readonly error: string; readonly description: string }
  | { readonly kind: 'callback_failed'; readonly error: string; readonly description: string }
  | { readonly kind: 'callback_rejected'; readonly why: StateError | 'signed_out' | 'no_code' }
  | ({ readonly kind: 'token_exchange_failed' } & TokenExchangeError)
  | { readonly kind: 'authorised'; readonly pendingId: PendingConnectionId; readonly expiresAt: string }
  | { readonly kind: 'amazon_user_fetched'; readonly userId: string }
  | ({ readonly kind: 'amazon_user_fetch_failed'; readonly why: RegionFailure } & AmazonErrorDetails)
  | { readonly kind: 'profiles_fetched'; readonly region: Region; readonly count: number }
  | ({
      readonly kind: 'profiles_fetch_failed'
      readonly region: Region
      readonly why: RegionFailure
    } & AmazonErrorDetails)
  /** `reason` is absent with agencies, and in old entries. */
  | { readonly kind: 'no_profiles'; readonly agencies: number; readonly reason?: EmptyProfileListReason }
  | { readonly kind: 'pending_replaced' }
  | { readonly kind: 'pending_discarded' }
  | { readonly kind: 'pending_expired' }
  | { readonly kind: 'pending_undecryptable' }
  | {
      readonly kind: 'choice_rejected'
      readonly code: ProfileChoiceErrorCode
      /** With `profile_not_eligible`; absent in older entries. */
      readonly why?: Ineligibility
    }
  | { readonly kind: 'choice_blocked'; readonly profileId: string; readonly live: readonly string[] }
  | { readonly kind: 'connected'; readonly profileId: string; readonly label: string }
  | { readonly kind: 'reauthorised'; readonly amazonUser: 'same' | 'other' | 'unknown' }
  /** The date of the consent that stays in force. */
  | { readonly kind: 'consent_page_skipped'; readonly consentedAt: string }
  | { readonly kind: 'reauthorisation_unconfirmed'; readonly before: string; readonly now: string }
  | { readonly kind: 'reauthorisation_rejected'; readonly why: 'profile_not_reached' }
  | { readonly kind: 'authorisation_lost'; readonly why: AuthorisationLossReason }
  | { readonly kind: 'closed'; readonly reason: CloseReason }
  | { readonly kind: 'reopened'; readonly profileId: string; readonly label: string }
  | { readonly kind: 'erasure_requested' }
  | { readonly kind: 'erasure_started' }
  | { readonly kind: 'erased' }
  | { readonly kind: 'details_erased'; readonly was: string }
  | {
      readonly kind: 'sync_requested'
      readonly syncRun: SyncRunKind
      readonly days: DayRange
      readonly reports: number
    }
  | { readonly kind: 'sync_skipped'; readonly planRestriction: PlanRestriction['kind'] }
  | {
      readonly kind: 'report_accepted'
      readonly report: ReportType
      readonly amazonReportId: string
      /** Amazon's text when it doesn't offer the ad product to the account. */
      readonly amazonMessage?: string
    }
  | {
      readonly kind: 'report_duplicate_adopted'
      readonly report: ReportType
      readonly amazonReportId: string
    }
  | {
      readonly kind: 'report_error'
      readonly report: ReportType
      readonly error: ReportError
      readonly dueAt: string
    }
  /** Once until the report makes progress. */
  | {
      readonly kind: 'report_deferred'
      readonly report: ReportType
      readonly why: Deferral['why']
      readonly dueAt: string
    }
  | { readonly kind: 'report_completed'; readonly report: ReportType; readonly amazonReportId: string }
  | {
      readonly kind: 'report_loaded'
      readonly report: ReportType
      readonly rows: number
      /** Equal in every column to an earlier row; counted once. */
      readonly duplicates: number
      /** Different rows with one key, summed. */
      readonly merged: number
      /** Unreadable rows, in no figure. Absent from older entries. */
      readonly setAside?: number
      readonly milliseconds: number
    }
  | { readonly kind: 'report_failed'; readonly report: ReportType; readonly reason: FailureReason }
  | { readonly kind: 'sync_finished'; readonly loaded: number; readonly failed: number }
  | { readonly kind: 'figures_reconciled'; readonly days: number; readonly setAside?: number }
  /** A sample; `count` is the total. */
  | { readonly kind: 'figures_mismatch'; readonly count: number; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'email_sent'; readonly message: EmailKind; readonly reminder: ReminderNumber }
  /** A code: server texts quote addresses. */
  | {
      readonly kind: 'email_failed'
      readonly message: EmailKind
      readonly reminder: ReminderNumber
      readonly error: string
    }
  /** `page` is the route pattern, without parameters. */
  | { readonly kind: 'page_failed'; readonly requestId: string; readonly page: string }
  /** Contains no user text. */
  | { readonly kind: 'support_request_submitted'; readonly requestId: SupportRequestId }
  | { readonly kind: 'support_request_replied'; readonly requestId: SupportRequestId; readonly by: UserId }
  | { readonly kind: 'support_request_solved'; readonly requestId: SupportRequestId; readonly by: UserId }
  /** At the first delay and when the password is no longer accepted. */
  | {
      readonly kind: 'sign_in_delayed'
      readonly by: 'known_device' | 'unknown_device' | 'settings'
      readonly failures: number
    }

export type TimelineEventKind = TimelineEvent['kind']

/** Append-only. Written in the transaction that it describes. */
export interface TimelineEntry {
  readonly at: Date
  readonly userId: UserId
  readonly attemptId: AttemptId | null
  readonly connectionId: ConnectionId | null
  readonly syncRunId: SyncRunId | null
  readonly reportId: ReportId | null
  readonly event: TimelineEvent
}

export type Severity = 'info' | 'warning' | 'error'

export const severityOf: Readonly<Record<TimelineEventKind, Severity>> = {
  plan_changed: 'info',
  role_changed: 'info',
  access_changed: 'warning',
  staff_action: 'info',
  tested_live: 'info',
  connect_link_sent: 'info',
  connect_link_used: 'info',
  connect_rejected: 'warning',
  sent_to_amazon: 'info',
  callback_denied: 'warning',
  callback_failed: 'error',
  callback_rejected: 'warning',
  token_exchange_failed: 'error',
  authorised: 'info',
  amazon_user_fetched: 'info',
  amazon_user_fetch_failed: 'warning',
  profiles_fetched: 'info',
  profiles_fetch_failed: 'error',
  no_profiles: 'error',
  pending_replaced: 'info',
  pending_discarded: 'info',
  pending_expired: 'warning',
  pending_undecryptable: 'error',
  choice_rejected: 'warning',
  choice_blocked: 'warning',
  connected: 'info',
  reauthorised: 'info',
  consent_page_skipped: 'info',
  reauthorisation_unconfirmed: 'warning',
  reauthorisation_rejected: 'error',
  authorisation_lost: 'error',
  closed: 'info',
  reopened: 'info',
  erasure_requested: 'info',
  erasure_started: 'info',
  erased: 'info',
  details_erased: 'info',
  sync_requested: 'info',
  sync_skipped: 'warning',
  report_accepted: 'info',
  report_duplicate_adopted: 'info',
  report_error: 'warning',
  report_deferred: 'warning',
  report_completed: 'info',
  report_loaded: 'info',
  report_failed: 'error',
  sync_finished: 'info',
  figures_reconciled: 'info',
  figures_mismatch: 'error',
  email_sent: 'info',
  email_failed: 'error',
  page_failed: 'error',
  support_request_submitted: 'info',
  support_request_replied: 'info',
  support_request_solved: 'info',
  sign_in_delayed: 'warning',
}

type OptionalId = 'attemptId' | 'connectionId' | 'syncRunId' | 'reportId'

export function entry(
  at: Date,
  subject: Pick<TimelineEntry, 'userId'> & Partial<Pick<TimelineEntry, OptionalId>>,
  event: TimelineEvent,
): TimelineEntry {
  const { userId, attemptId = null, connectionId = null, syncRunId = null, reportId = null } = subject
  return { at, userId, attemptId, connectionId, syncRunId, reportId, event }
}
