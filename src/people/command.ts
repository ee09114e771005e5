import type {
  AddPerson,
  ChangeRole,
  ChangeSubscription,
  EndSessions,
  IssueLink,
  RemoveSecondFactor,
} from '../application/access/index.ts'
import type { People } from '../application/access/ports.ts'

/** What the commands need of the product. */
export interface CommandNeeds {
  readonly people: Pick<People, 'listAfter' | 'idOf'>
  readonly changeSubscription: Pick<ChangeSubscription, 'byHand'>
  readonly changeRole: Pick<ChangeRole, 'run'>
  readonly addPerson: AddPerson
  readonly issueLink: IssueLink
  readonly endSessions: Pick<EndSessions, 'all'>
  readonly removeSecondFactor: RemoveSecondFactor
  /** What the second factor of the demo's staff shows now. */
  readonly demoCode: () => string
  /** Writes a line for whoever called. */
  readonly say: (line: string) => void
}

/** One of the things that `npm run people` does. */
export interface Command {
  /** What follows its name, as its help says it. */
  readonly usage: string
  readonly does: string
  /**
   * @throws {CommandMisused} before anything was changed.
   * @throws {CommandFailed} having changed nothing.
   */
  run(words: readonly string[], needs: CommandNeeds): Promise<void>
}

/** It was called in a way that it does not know; the sentence says in which. */
export class CommandMisused extends Error {
  override readonly name = 'CommandMisused'
}

/** It was understood, and cannot be done. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
