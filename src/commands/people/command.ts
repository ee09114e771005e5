import type {
  ApplySubscriptionEvent,
  ChangeRole,
  CreateUser,
  EndSessions,
  IssueAccessLink,
  RemoveSecondFactor,
} from '../../application/access/index.ts'
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
