import type { ChangeRole } from '../../admin/users/change-role.ts'
import type { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import type { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import type { CreateUser } from '../../application/access/create-user.ts'
import type { EndSessions } from '../../application/access/end-sessions.ts'
import type { IssueAccessLink } from '../../application/access/issue-access-link.ts'
import type { Users } from '../../application/access/ports.ts'

export interface CommandDependencies {
  readonly users: Pick<Users, 'listAfter' | 'idOf'>
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'setManually'>
  readonly changeRole: Pick<ChangeRole, 'execute'>
  readonly createUser: CreateUser
  readonly issueAccessLink: IssueAccessLink
  readonly endSessions: Pick<EndSessions, 'endAll'>
  readonly removeSecondFactor: RemoveSecondFactor
  readonly demoCode: () => string
  readonly say: (line: string) => void
}

export interface Command {
  readonly usage: string
  readonly description: string
  /**
   * @throws {InvalidUsage}
   * @throws {CommandFailed} nothing was changed.
   */
  run(args: readonly string[], deps: CommandDependencies): Promise<void>
}

export class InvalidUsage extends Error {
  override readonly name = 'InvalidUsage'
}

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
