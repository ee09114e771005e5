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
  /** Where people reach the product. */
  readonly publicUrl: URL
}

const paths: Readonly<Record<LinkPurpose, string>> = {
  invitation: '/invitation/',
  reset: '/password/reset/',
  connect: '/connect/',
}

/** A person is given a link: to choose their password with, or to connect with. */
export class IssueLink {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** An invitation is for whoever has no password yet. */
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

  /** Joins the unit of work. Of the link only a hash is kept: it is told now or never. */
  async make(personId: PersonId, purpose: LinkPurpose): Promise<Secret> {
    const { links, clock, publicUrl } = this.#needs
    const token = randomBytes(32).toString('base64url')
    await links.save(makeLink(personId, purpose, clock.now()), new Secret(token))
    return new Secret(new URL(`${paths[purpose]}${token}`, publicUrl).href)
  }
}
