import { randomUUID } from 'node:crypto'
import { demandRemark } from '../../domain/help/remark.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { holdRequest } from './hold-request.ts'
import type { HelpRemarks, HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'byId' | 'lock'>
  readonly helpRequests: Pick<HelpRequests, 'byId'>
  readonly remarks: HelpRemarks
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Hidden from the user (S-30). */
export class NoteOnHelpRequest {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** A repeated form returns the first note. @throws {StaffOnly | SupportRequestNotFound | InvalidComment} */
  run({
    by,
    requestId,
    form,
    words: typed,
  }: {
    readonly by: PersonId
    readonly requestId: HelpRequestId
    readonly form: HelpFormId
    readonly words: string
  }): Promise<HelpRemarkId> {
    const { people, remarks, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await demandStaff(people, by)
      const words = demandRemark(typed)
      await holdRequest(this.#needs, requestId)
      const sent = await remarks.sentWith(requestId, form)
      if (sent) return sent
      const id = randomUUID() as HelpRemarkId
      const writtenAt = clock.now()
      await remarks.keep({ id, requestId, kind: 'note', writtenBy: by, writtenAt, words }, form)
      return id
    })
  }
}
