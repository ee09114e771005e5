import { DomainError } from '../domain-error.ts'
import { visibleLine } from '../visible-text.ts'
import { normaliseEmail, type User } from './user.ts'

export type NewUserProblem = 'no_name' | 'long_name' | 'no_address'

export class InvalidNewUser extends DomainError {
  readonly code = 'invalid_new_user'
  readonly problem: NewUserProblem

  constructor(problem: NewUserProblem) {
    super(`invalid new user: ${problem}`)
    this.problem = problem
  }
}

export class EmailAlreadyRegistered extends DomainError {
  readonly code = 'email_already_registered'
}

export const maxNameLength = 100
export const maxEmailLength = 320

/** @throws {InvalidNewUser} */
export function parseNewUser(typed: Pick<User, 'name' | 'email'>): Pick<User, 'name' | 'email'> {
  const name = visibleLine(typed.name)
  if (name === '') throw new InvalidNewUser('no_name')
  if (name.length > maxNameLength) throw new InvalidNewUser('long_name')
  const email = normaliseEmail(typed.email)
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(email) && email === visibleLine(email)
  if (!isAddress || email.length > maxEmailLength) throw new InvalidNewUser('no_address')
  return { name, email }
}
