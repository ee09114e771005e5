import type { Connections, RecordAuthorisationLoss } from '../../application/connection/index.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly connections: Pick<Connections, 'findInvalidated'>
  readonly recordAuthorisationLoss: Pick<RecordAuthorisationLoss, 'execute'>
}

/** A few seconds; the admin repeats the request for the others. */
export const maxAskedAtOnce = 500
/** Small: a refresh that succeeds in the meantime ends the suspicion for all. */
const batchSize = 50

/** For changed credentials of our client (docs/incidents.md, Client credentials changed). */
export class AskAllToAuthoriseAgain {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * At most {@link maxAskedAtOnce}.
   * @throws {AdminsOnly}
   */
  async count({ by }: { readonly by: UserId }): Promise<number> {
    await requireAdmin(this.#deps.users, by)
    return this.#countInvalidated()
  }

  /**
   * Commits each connection; after a crash, another request continues. Safe to run twice.
   * @throws {InvalidReason | AdminsOnly}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  async execute(request: VerifiedRequest): Promise<void> {
    const { connections, recordAuthorisationLoss } = this.#deps
    const count = await auditedAfterVerification(this.#deps, requireAdmin, request, async () => {
      const result = await this.#countInvalidated()
      const action = 'all_asked_to_authorise' as const
      return result === 0
        ? { result }
        : { result, entry: { action, userId: null, before: { inDoubt: result }, after: null } }
    })
    for (let asked = 0; asked < count; asked += batchSize)
      for (const { id, pendingConnectionId } of await connections.findInvalidated(batchSize))
        await recordAuthorisationLoss.execute(id, 'marked_by_staff', pendingConnectionId)
  }

  async #countInvalidated(): Promise<number> {
    return (await this.#deps.connections.findInvalidated(maxAskedAtOnce)).length
  }
}
