declare const brand: unique symbol
type Identifier<Name extends string> = string & { readonly [brand]: Name }

/** A person who signs in to 1smart.link: seller, manager, admin or support agent. */
export type PersonId = Identifier<'Person'>
/** One sign-in of one person in one browser. */
export type SessionId = Identifier<'Session'>
/** One click on *Connect*: a person has left for Amazon and is expected back. */
export type AttemptId = Identifier<'Attempt'>
/** Authorised at Amazon, nothing chosen yet. */
export type PendingConnectionId = Identifier<'PendingConnection'>
export type ConnectionId = Identifier<'Connection'>
/** Amazon's advertising profile. Text, never a JavaScript number: Amazon's ids are 64-bit unsigned. */
export type ProfileId = Identifier<'Profile'>
/** One loading of one connection's reports. */
export type RunId = Identifier<'Run'>
/** Our own id of one report in a run; Amazon's is the {@link AmazonReportId}. */
export type ReportId = Identifier<'Report'>
export type AmazonReportId = Identifier<'AmazonReport'>
/** Something that was said about somebody's subscription: billing's own id where billing said it. */
export type SubscriptionEventId = Identifier<'SubscriptionEvent'>
/** One mail to one person, which is sent once; its Message-ID is made of it. */
export type MailId = Identifier<'Mail'>
/** What a person asked support; its beginning is what they quote. */
export type HelpRequestId = Identifier<'HelpRequest'>
/** A note about a request, or an answer to it. */
export type HelpRemarkId = Identifier<'HelpRemark'>
/** One form as it was shown: sent twice, it asks, notes or answers once. */
export type HelpFormId = Identifier<'HelpForm'>
/** Ten minutes in which one of us looks at somebody's pages as they see them. */
export type ViewingId = Identifier<'Viewing'>
/** One line of the audit; a later one is greater. */
export type AuditEntryId = Identifier<'AuditEntry'>
