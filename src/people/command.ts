import type {
  AddPerson,
  ChangeRole,
  ChangeSubscription,
  EndSessions,
  IssueLink,
  RemoveSecondFactor,
} from '../application/access/index.ts'
import type { People } from '../application/access/ports.ts'

export interface CommandNeeds {
  readonly people: Pick<People, 'listAfter' | 'idOf'>
  readonly changeSubscription: Pick<ChangeSubscription, 'byHand'>
  readonly changeRole: Pick<ChangeRole, 'run'>
  readonly addPerson: AddPerson
  readonly issueLink: IssueLink
  readonly endSessions: Pick<EndSessions, 'all'>
  readonly removeSecondFactor: RemoveSecondFactor
  /** Current one-time code of the demo staff. */
  readonly demoCode: () => string
  readonly say: (line: string) => void
}

export interface Command {
  readonly usage: string
  readonly does: string
  /**
   * Both errors mean that nothing was changed.
   * @throws {InvalidUsage}
   * @throws {CommandFailed}
   */
  run(words: readonly string[], needs: CommandNeeds): Promise<void>
}

export class CommandMisused extends Error {
  override readonly name = 'CommandMisused'
}

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
