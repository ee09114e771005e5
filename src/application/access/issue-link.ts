import { randomBytes } from 'node:crypto'
import { type LinkPurpose, makeLink, type PasswordPurpose } from '../../domain/access/access-link.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AccessLinks, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly publicUrl: URL
}

const paths: Readonly<Record<LinkPurpose, string>> = {
  invitation: '/invitation/',
  reset: '/password/reset/',
  connect: '/connect/',
}

export class IssueLink {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Only a user without a password can be invited. */
  run(
    about: Addressee,
    purpose: PasswordPurpose,
  ): Promise<{ readonly link: Secret } | 'nobody' | 'has_password'> {
    const { people, unitOfWork } = this.#needs
    return unitOfWork.run(async () => {
      const personId = await people.idOf(about)
      if (!personId) return 'nobody'
      const person = await people.lock(personId)
      const known = await people.byEmail(person.email)
      if (purpose === 'invitation' && known?.passwordHash) return 'has_password'
      return { link: await this.make(personId, purpose) }
    })
  }

  /** Joins the transaction. Only a hash is stored. */
  async make(personId: PersonId, purpose: LinkPurpose): Promise<Secret> {
    const { links, clock, publicUrl } = this.#needs
    const token = randomBytes(32).toString('base64url')
    await links.save(makeLink(personId, purpose, clock.now()), new Secret(token))
    return new Secret(new URL(`${paths[purpose]}${token}`, publicUrl).href)
  }
}
