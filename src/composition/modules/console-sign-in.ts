import { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import { SignInStaff } from '../../admin/users/sign-in-staff.ts'
import { CheckPassword, IssueAccessLink } from '../../application/access/index.ts'
import {
  AccessEmails,
  SecondFactors,
  Sessions,
  SignInFailures,
  StoredPasswords,
  Users,
} from '../../application/access/ports.ts'
import { Passkeys } from '../../application/access/second-factor/ports.ts'
import { Clock, UnitOfWork } from '../../application/ports.ts'
import type { Bindings } from './bindings.ts'

export function bindConsoleSignIn({ useCase, get }: Bindings): void {
  useCase(SignInStaff, () => ({
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    sessions: get(Sessions),
    signInFailures: get(SignInFailures),
    checkPassword: get(CheckPassword),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(RemoveSecondFactor, () => ({
    users: get(Users),
    sessions: get(Sessions),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    issueAccessLink: get(IssueAccessLink),
    emails: get(AccessEmails),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
