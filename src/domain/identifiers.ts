declare const brand: unique symbol
type Identifier<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Identifier<'User'>
export type SessionId = Identifier<'Session'>
export type AttemptId = Identifier<'AuthorisationAttempt'>
export type PendingConnectionId = Identifier<'PendingConnection'>
export type ConnectionId = Identifier<'Connection'>
/** Text, never a JavaScript number: Amazon's profile ids are 64-bit unsigned. */
export type ProfileId = Identifier<'Profile'>
export type SyncRunId = Identifier<'SyncRun'>
/** Our id of a report; Amazon's is the {@link AmazonReportId}. */
export type ReportId = Identifier<'Report'>
export type AmazonReportId = Identifier<'AmazonReport'>
/** Billing's own id if billing sent the event. */
export type SubscriptionEventId = Identifier<'SubscriptionEvent'>
/** The email's Message-ID is made from it. */
export type EmailMessageId = Identifier<'EmailMessage'>
/** Users quote its beginning as their reference. */
export type SupportRequestId = Identifier<'SupportRequest'>
export type SupportRequestCommentId = Identifier<'HelpComment'>
/** Sent twice, a form creates one request or comment. */
export type FormSubmissionId = Identifier<'HelpForm'>
export type ViewAsSessionId = Identifier<'ViewAsSession'>
/** Increases with each entry. */
export type AuditEntryId = Identifier<'AuditEntry'>
