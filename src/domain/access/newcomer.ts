import { Refusal } from '../refusal.ts'
import { normaliseEmail, type Person } from './person.ts'

export type NewcomerFault = 'no_name' | 'long_name' | 'no_address'

export class NewcomerRefused extends Refusal {
  readonly code = 'newcomer_refused'
  readonly fault: NewcomerFault

  constructor(fault: NewcomerFault) {
    super(`the newcomer has ${fault}`)
    this.fault = fault
  }
}

export class PersonKnown extends Refusal {
  readonly code = 'person_known'
}

export const longestName = 100
export const longestAddress = 320

/** @returns the name on one line and the email normalised. @throws {InvalidNewUser} */
export function demandNewcomer(typed: Pick<Person, 'name' | 'email'>): Pick<Person, 'name' | 'email'> {
  const name = typed.name
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim()
  if (name === '') throw new NewcomerRefused('no_name')
  if (name.length > longestName) throw new NewcomerRefused('long_name')
  const email = normaliseEmail(typed.email.toWellFormed())
  if (email.length > longestAddress || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email))
    throw new NewcomerRefused('no_address')
  return { name, email }
}
