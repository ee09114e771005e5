import { PostgresSecondFactors } from '../../adapters/postgres/access/second-factors.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import { Totp } from '../../adapters/security/totp.ts'
import { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import { SignInStaff } from '../../admin/users/sign-in-staff.ts'
import { VerifySecondFactor } from '../../admin/users/verify-second-factor.ts'
import { CheckPassword } from '../../application/access/index.ts'
import {
  KnownDevices,
  OneTimeCodes,
  SecondFactors,
  Sessions,
  SignInFailures,
  StoredPasswords,
  Users,
} from '../../application/access/ports.ts'
import { Clock, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConsoleSignIn({ provide, useCase, get }: Bindings, { database }: ExternalServices): void {
  provide(SecondFactors, () => new PostgresSecondFactors(database.em, get(TokenCipher)))
  provide(OneTimeCodes, () => new Totp())
  useCase(SignInStaff, () => ({
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    sessions: get(Sessions),
    signInFailures: get(SignInFailures),
    checkPassword: get(CheckPassword),
    factors: get(SecondFactors),
    codes: get(OneTimeCodes),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(VerifySecondFactor, () => ({
    users: get(Users),
    sessions: get(Sessions),
    knownDevices: get(KnownDevices),
    factors: get(SecondFactors),
    codes: get(OneTimeCodes),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(RemoveSecondFactor, () => ({
    users: get(Users),
    sessions: get(Sessions),
    factors: get(SecondFactors),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
