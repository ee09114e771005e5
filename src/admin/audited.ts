import type { IdentityAnswer, VerifyIdentity } from '../application/access/index.ts'
import type { AuditLog, Users } from '../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../application/ports.ts'
import type { AuditEntry, RequestOrigin } from '../domain/access/audit.ts'
import { parseReason } from '../domain/access/staff-action.ts'
import type { SessionId, UserId } from '../domain/identifiers.ts'
import type { StaffActor } from '../domain/timeline/entry.ts'
import type { requireStaff } from './require-staff.ts'

export interface AuditedDependencies {
  readonly users: Users
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface StaffRequest {
  readonly by: UserId
  readonly reason: string
  readonly from: RequestOrigin
}

export interface VerificationDependencies {
  readonly verifyIdentity: Pick<VerifyIdentity, 'execute'>
}

export interface Verification {
  readonly sessionId: SessionId
  /** Null when the agent entered nothing. */
  readonly answer: IdentityAnswer | null
}

/** For an action that a stolen staff session must not perform. */
export interface VerifiedRequest extends StaffRequest {
  readonly verification: Verification
}

interface Outcome<Result> {
  readonly result: Result
  /** Absent when nothing changed. */
  readonly entry?: Pick<AuditEntry, 'action' | 'userId' | 'before' | 'after'> &
    Partial<Pick<AuditEntry, 'connectionId'>>
}

/**
 * Performs a staff action and writes its audit entry in the same transaction (S-43).
 * @throws {InvalidReason} and the errors of `requireRole` and `perform`; nothing is audited then.
 */
export async function audited<Result>(
  { users, audit, unitOfWork, clock }: AuditedDependencies,
  requireRole: typeof requireStaff,
  { by, reason: typed, from }: StaffRequest,
  perform: (actor: StaffActor) => Promise<Outcome<Result>>,
): Promise<Result> {
  const reason = parseReason(typed)
  return unitOfWork.transaction(async () => {
    await requireRole(users, by)
    const { result, entry } = await perform({ userId: by, reason })
    if (entry)
      await audit.append({ connectionId: null, ...entry, at: clock.now(), staffId: by, reason, from })
    return result
  })
}

/**
 * As {@link audited}, for an agent who was verified in the last five minutes or is now.
 * @throws {InvalidReason} before the answer is checked: a code works only once.
 * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
 */
export async function auditedAfterVerification<Result>(
  deps: AuditedDependencies & VerificationDependencies,
  requireRole: typeof requireStaff,
  request: VerifiedRequest,
  perform: (actor: StaffActor) => Promise<Outcome<Result>>,
): Promise<Result> {
  parseReason(request.reason)
  await requireRole(deps.users, request.by)
  const { sessionId, answer } = request.verification
  await deps.verifyIdentity.execute({ id: sessionId, userId: request.by }, answer)
  return audited(deps, requireRole, request, perform)
}
