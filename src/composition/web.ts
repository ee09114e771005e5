import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { buildServer } from '../adapters/fastify/server.ts'
import { ListAuditEntries } from '../admin/audit/list-audit-entries.ts'
import { ListUserCases } from '../admin/cases/list-user-cases.ts'
import { OpenCase } from '../admin/cases/open-case.ts'
import { PerformCaseAction } from '../admin/cases/perform-case-action.ts'
import { SearchCases } from '../admin/cases/search-cases.ts'
import { TestConnection } from '../admin/cases/test-connection.ts'
import { GetOverview } from '../admin/overview/get-overview.ts'
import { AddInternalNote } from '../admin/requests/add-internal-note.ts'
import { ChangeSupportRequestStatus } from '../admin/requests/change-support-request-status.ts'
import { GetSupportRequest } from '../admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../admin/requests/list-support-requests.ts'
import { ListUserSupportRequests } from '../admin/requests/list-user-support-requests.ts'
import { ReplyToSupportRequest } from '../admin/requests/reply-to-support-request.ts'
import { ChangePlan } from '../admin/users/change-plan.ts'
import { ChangeRoleAsAdmin } from '../admin/users/change-role-as-admin.ts'
import { InviteUser } from '../admin/users/invite-user.ts'
import { ListStaff } from '../admin/users/list-staff.ts'
import { OpenUserAccount } from '../admin/users/open-user-account.ts'
import { RemoveSecondFactorAsAdmin } from '../admin/users/remove-second-factor-as-admin.ts'
import { SendConnectLink } from '../admin/users/send-connect-link.ts'
import { SignInStaff } from '../admin/users/sign-in-staff.ts'
import { SignUserOut } from '../admin/users/sign-user-out.ts'
import { VerifySecondFactor } from '../admin/users/verify-second-factor.ts'
import { AuthenticateViewAs } from '../admin/view-as/authenticate-view-as.ts'
import { EndViewAs } from '../admin/view-as/end-view-as.ts'
import { StartViewAs } from '../admin/view-as/start-view-as.ts'
import { ApplySubscriptionEvent } from '../application/access/apply-subscription-event.ts'
import { AuthenticateSession } from '../application/access/authenticate-session.ts'
import { ChangePassword } from '../application/access/change-password.ts'
import { EndSessions } from '../application/access/end-sessions.ts'
import { Sessions, StaffAccessLog } from '../application/access/ports.ts'
import { RecordPageFailure } from '../application/access/record-page-failure.ts'
import { RequestPasswordReset } from '../application/access/request-password-reset.ts'
import { SetPassword } from '../application/access/set-password.ts'
import { SignIn } from '../application/access/sign-in.ts'
import { AdvancePendingConnection } from '../application/connection/advance-pending-connection.ts'
import { CompleteAuthorisation } from '../application/connection/authorisation/complete-authorisation.ts'
import { FollowConnectLink } from '../application/connection/authorisation/follow-connect-link.ts'
import { StartAuthorisation } from '../application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../application/connection/choose-profile.ts'
import { Disconnect } from '../application/connection/disconnect.ts'
import { EndPendingConnection } from '../application/connection/end-pending-connection.ts'
import { Connections, SellerStates } from '../application/connection/ports.ts'
import { RequestErasure } from '../application/connection/request-erasure.ts'
import { SelectConnection } from '../application/connection/select-connection.ts'
import { EmailPreferenceStore } from '../application/email/ports.ts'
import { RecordProgressView } from '../application/email/record-progress-view.ts'
import { UpdateEmailPreferences } from '../application/email/update-email-preferences.ts'
import { ListOwnSupportRequests } from '../application/help/list-own-support-requests.ts'
import { PrefillSupportRequest } from '../application/help/prefill-support-request.ts'
import { SubmitSupportRequest } from '../application/help/submit-support-request.ts'
import { GetSyncProgress } from '../application/ingestion/get-sync-progress.ts'
import { ListReports } from '../application/ingestion/list-reports.ts'
import { PollSyncProgress } from '../application/ingestion/poll-sync-progress.ts'
import { GetAccountsSummary } from '../application/performance/get-accounts-summary.ts'
import { GetDashboard } from '../application/performance/get-dashboard.ts'
import { GetTable } from '../application/performance/get-table.ts'
import { Clock, OutageDetector, ReadOnlyTransaction } from '../application/ports.ts'
import type { Monitoring } from './operations.ts'
import type { ProductConfig } from './product-config.ts'

export function buildWebServer(
  container: Container,
  config: ProductConfig,
  monitoring: Monitoring,
): Promise<FastifyInstance> {
  const { settings, amazon, sessionKeys, log } = config
  return buildServer({
    ...monitoring.deps,
    recordPageFailure: container.get(RecordPageFailure),
    flagsFolder: join(import.meta.dirname, '../../node_modules/country-flag-icons/3x2'),
    demoProgress: config.demoProgress ?? (() => null),
    signIn: container.get(SignIn),
    authenticateSession: container.get(AuthenticateSession),
    requestPasswordReset: container.get(RequestPasswordReset),
    setPassword: container.get(SetPassword),
    signInStaff: container.get(SignInStaff),
    verifySecondFactor: container.get(VerifySecondFactor),
    openUserAccount: container.get(OpenUserAccount),
    changePlan: container.get(ChangePlan),
    changeRoleAsAdmin: container.get(ChangeRoleAsAdmin),
    signUserOut: container.get(SignUserOut),
    removeSecondFactorAsAdmin: container.get(RemoveSecondFactorAsAdmin),
    inviteUser: container.get(InviteUser),
    listStaff: container.get(ListStaff),
    sendConnectLink: container.get(SendConnectLink),
    followConnectLink: container.get(FollowConnectLink),
    readOnlyTransaction: container.get(ReadOnlyTransaction),
    startViewAs: container.get(StartViewAs),
    authenticateViewAs: container.get(AuthenticateViewAs),
    endViewAs: container.get(EndViewAs),
    listAuditEntries: container.get(ListAuditEntries),
    completeAuthorisation: container.get(CompleteAuthorisation),
    advancePendingConnection: container.get(AdvancePendingConnection),
    chooseProfile: container.get(ChooseProfile),
    endPendingConnection: container.get(EndPendingConnection),
    selectConnection: container.get(SelectConnection),
    pollSyncProgress: container.get(PollSyncProgress),
    recordProgressView: container.get(RecordProgressView),
    applySubscriptionEvent: container.get(ApplySubscriptionEvent),
    webhookSecrets: settings.subscriptionWebhookSecrets,
    listUserSupportRequests: container.get(ListUserSupportRequests),
    listSupportRequests: container.get(ListSupportRequests),
    getSupportRequest: container.get(GetSupportRequest),
    addInternalNote: container.get(AddInternalNote),
    changeSupportRequestStatus: container.get(ChangeSupportRequestStatus),
    replyToSupportRequest: container.get(ReplyToSupportRequest),
    searchCases: container.get(SearchCases),
    openCase: container.get(OpenCase),
    listUserCases: container.get(ListUserCases),
    getOverview: container.get(GetOverview),
    performCaseAction: container.get(PerformCaseAction),
    testConnection: container.get(TestConnection),
    log,
    publicUrl: settings.web.publicUrl,
    trustedProxies: settings.web.trustedProxies,
    sessionKeys,
    consentOrigins: [...new Set(Object.values(amazon.authorizeUrls).map(url => new URL(url).origin))],
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    consentDays: settings.consentDays,
    clock: container.get(Clock),
    outageDetector: container.get(OutageDetector),
    sessions: container.get(Sessions),
    connections: container.get(Connections),
    sellers: container.get(SellerStates),
    changePassword: container.get(ChangePassword),
    endSessions: container.get(EndSessions),
    startAuthorisation: container.get(StartAuthorisation),
    disconnect: container.get(Disconnect),
    requestErasure: container.get(RequestErasure),
    getSyncProgress: container.get(GetSyncProgress),
    getDashboard: container.get(GetDashboard),
    getTable: container.get(GetTable),
    getAccountsSummary: container.get(GetAccountsSummary),
    listReports: container.get(ListReports),
    updateEmailPreferences: container.get(UpdateEmailPreferences),
    emailPreferenceStore: container.get(EmailPreferenceStore),
    staffAccessLog: container.get(StaffAccessLog),
    prefillSupportRequest: container.get(PrefillSupportRequest),
    submitSupportRequest: container.get(SubmitSupportRequest),
    listOwnSupportRequests: container.get(ListOwnSupportRequests),
  })
}
