declare const brand: unique symbol
type Identifier<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Identifier<'User'>
export type SessionId = Identifier<'Session'>
export type AttemptId = Identifier<'AuthorisationAttempt'>
export type PendingConnectionId = Identifier<'PendingConnection'>
export type ConnectionId = Identifier<'Connection'>
/** Text, because Amazon's profile ids are 64-bit unsigned. */
export type ProfileId = Identifier<'Profile'>
export type SyncRunId = Identifier<'SyncRun'>
export type ReportId = Identifier<'Report'>
export type AmazonReportId = Identifier<'AmazonReport'>
export type SubscriptionEventId = Identifier<'SubscriptionEvent'>
export type EmailMessageId = Identifier<'EmailMessage'>
export type SupportRequestId = Identifier<'SupportRequest'>
export type SupportRequestCommentId = Identifier<'SupportRequestComment'>
/** Idempotency key of a form. */
export type FormSubmissionId = Identifier<'FormSubmission'>
export type KnownDeviceId = Identifier<'KnownDevice'>
export type ViewAsSessionId = Identifier<'ViewAsSession'>
/** Increasing. */
export type AuditEntryId = Identifier<'AuditEntry'>
