import { AccessEmails, AccessLinks } from '../../../../src/application/access/ports.ts'
import type { AccessLink, LinkPurpose } from '../../../../src/domain/access/access-link.ts'
import type { User } from '../../../../src/domain/access/user.ts'
import type { SecurityNotice } from '../../../../src/domain/email/security-notice.ts'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import type { Secret } from '../../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeAccessLinks extends AccessLinks {
  readonly #links = new Table<string, AccessLink>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#links)
  }

  async save(link: AccessLink, token: Secret): Promise<void> {
    for (const [known, earlier] of this.#links.entries())
      if (earlier.userId === link.userId && earlier.purpose === link.purpose)
        this.#links.set(known, { ...earlier, expiresAt: link.createdAt })
    this.#links.set(token.reveal(), link)
  }

  async find(token: Secret, purpose: LinkPurpose, now: Date): Promise<AccessLink | null> {
    const link = this.#links.get(token.reveal())
    return link && link.purpose === purpose && now < link.expiresAt ? link : null
  }

  async countSince(userId: UserId, purpose: LinkPurpose, since: Date): Promise<number> {
    const made = this.#links.all().filter(link => link.userId === userId && link.createdAt > since)
    return made.filter(link => link.purpose === purpose).length
  }

  async eraseAllOf(userId: UserId, purpose?: LinkPurpose): Promise<void> {
    this.#erase(link => link.userId === userId && (!purpose || link.purpose === purpose))
  }

  async eraseExpired(by: Date): Promise<number> {
    return this.#erase(link => link.expiresAt <= by)
  }

  #erase(isErased: (link: AccessLink) => boolean): number {
    const erased = this.#links.entries().filter(([, link]) => isErased(link))
    for (const [token] of erased) this.#links.delete(token)
    return erased.length
  }
}

export class RecordingAccessEmails extends AccessEmails {
  readonly sent: { readonly to: string; readonly link: string }[] = []
  readonly invited: { readonly to: string; readonly link: string }[] = []
  readonly toConnect: { readonly to: string; readonly link: string }[] = []
  readonly toEnrol: { readonly to: string; readonly link: string }[] = []
  readonly notices: (SecurityNotice & { readonly to: string })[] = []
  sendError: Error | null = null

  async sendLink(user: User, purpose: LinkPurpose, link: Secret): Promise<void> {
    if (this.sendError) throw this.sendError
    const emails = {
      reset: this.sent,
      invitation: this.invited,
      connect: this.toConnect,
      enrolment: this.toEnrol,
    }
    emails[purpose].push({ to: user.email, link: link.reveal() })
  }

  async sendNotice(user: User, notice: SecurityNotice): Promise<void> {
    if (this.sendError) throw this.sendError
    this.notices.push({ to: user.email, ...notice })
  }
}
