import { ChangeAccess } from '../../admin/users/change-access.ts'
import { ChangeAccessAsAdmin } from '../../admin/users/change-access-as-admin.ts'
import { ChangePlan } from '../../admin/users/change-plan.ts'
import { ChangeRole } from '../../admin/users/change-role.ts'
import { ChangeRoleAsAdmin } from '../../admin/users/change-role-as-admin.ts'
import { InviteUser } from '../../admin/users/invite-user.ts'
import { ListStaff } from '../../admin/users/list-staff.ts'
import { OpenUserAccount } from '../../admin/users/open-user-account.ts'
import { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import { RemoveSecondFactorAsAdmin } from '../../admin/users/remove-second-factor-as-admin.ts'
import { SendConnectLink } from '../../admin/users/send-connect-link.ts'
import { SendEnrolmentLink } from '../../admin/users/send-enrolment-link.ts'
import { SignUserOut } from '../../admin/users/sign-user-out.ts'
import { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import { CreateUser } from '../../application/access/create-user.ts'
import { EndSessions } from '../../application/access/end-sessions.ts'
import { IssueAccessLink } from '../../application/access/issue-access-link.ts'
import {
  AccessEmails,
  AccessLinks,
  AuditLog,
  SecondFactors,
  Sessions,
  StaffAccessLog,
  Subscriptions,
  Users,
} from '../../application/access/ports.ts'
import { Passkeys } from '../../application/access/second-factor/ports.ts'
import { VerifyIdentity } from '../../application/access/second-factor/verify-identity.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings } from './bindings.ts'

export function bindConsoleUsers({ useCase, get }: Bindings): void {
  const secondFactors = () => ({
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    issueAccessLink: get(IssueAccessLink),
    emails: get(AccessEmails),
  })
  const auditedDependencies = () => ({
    users: get(Users),
    audit: get(AuditLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  })
  const verifiedDependencies = () => ({ ...auditedDependencies(), verifyIdentity: get(VerifyIdentity) })
  useCase(OpenUserAccount, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    staffAccessLog: get(StaffAccessLog),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ChangePlan, () => ({
    ...verifiedDependencies(),
    subscriptions: get(Subscriptions),
    applySubscriptionEvent: get(ApplySubscriptionEvent),
  }))
  useCase(ChangeRole, () => ({
    ...secondFactors(),
    users: get(Users),
    sessions: get(Sessions),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ChangeRoleAsAdmin, () => ({ ...verifiedDependencies(), changeRole: get(ChangeRole) }))
  useCase(SignUserOut, () => ({
    ...verifiedDependencies(),
    sessions: get(Sessions),
    endSessions: get(EndSessions),
  }))
  useCase(RemoveSecondFactorAsAdmin, () => ({
    ...verifiedDependencies(),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    removeSecondFactor: get(RemoveSecondFactor),
  }))
  useCase(SendEnrolmentLink, () => ({ ...verifiedDependencies(), ...secondFactors() }))
  useCase(ChangeAccess, () => ({
    users: get(Users),
    sessions: get(Sessions),
    links: get(AccessLinks),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ChangeAccessAsAdmin, () => ({ ...verifiedDependencies(), changeAccess: get(ChangeAccess) }))
  useCase(InviteUser, () => ({
    ...verifiedDependencies(),
    createUser: get(CreateUser),
    emails: get(AccessEmails),
  }))
  useCase(ListStaff, () => ({
    users: get(Users),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    audit: get(AuditLog),
    clock: get(Clock),
  }))
  useCase(SendConnectLink, () => ({
    ...auditedDependencies(),
    links: get(AccessLinks),
    issueAccessLink: get(IssueAccessLink),
    emails: get(AccessEmails),
    timeline: get(Timeline),
  }))
}
