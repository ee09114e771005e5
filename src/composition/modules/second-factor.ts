import { PostgresPasskeyChallenges, PostgresPasskeys } from '../../adapters/postgres/access/passkeys.ts'
import { PostgresSecondFactors } from '../../adapters/postgres/access/second-factors.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import { Totp } from '../../adapters/security/totp.ts'
import { WebAuthn } from '../../adapters/security/webauthn.ts'
import { CheckPassword } from '../../application/access/index.ts'
import {
  AccessEmails,
  AccessLinks,
  KnownDevices,
  OneTimeCodes,
  SecondFactors,
  Sessions,
  SignInFailures,
  Users,
} from '../../application/access/ports.ts'
import { ChangeSecondFactors } from '../../application/access/second-factor/change-second-factors.ts'
import { CheckSecondFactor } from '../../application/access/second-factor/check-second-factor.ts'
import { EnrolSecondFactor } from '../../application/access/second-factor/enrol-second-factor.ts'
import { PasskeyChallenges, Passkeys, PasskeyVerifier } from '../../application/access/second-factor/ports.ts'
import { StartPasskeyAuthentication } from '../../application/access/second-factor/start-passkey-authentication.ts'
import { VerifyIdentity } from '../../application/access/second-factor/verify-identity.ts'
import { VerifySecondFactor } from '../../application/access/second-factor/verify-second-factor.ts'
import { Clock, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindSecondFactor(
  { provide, useCase, get }: Bindings,
  { database, publicUrl }: ExternalServices,
): void {
  provide(SecondFactors, () => new PostgresSecondFactors(database.em, get(TokenCipher)))
  provide(OneTimeCodes, () => new Totp())
  provide(Passkeys, () => new PostgresPasskeys(database.sql))
  provide(PasskeyChallenges, () => new PostgresPasskeyChallenges(database.sql))
  provide(PasskeyVerifier, () => new WebAuthn(publicUrl))
  const shared = () => ({
    users: get(Users),
    sessions: get(Sessions),
    knownDevices: get(KnownDevices),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  })
  useCase(CheckSecondFactor, () => ({
    factors: get(SecondFactors),
    codes: get(OneTimeCodes),
    passkeys: get(Passkeys),
    challenges: get(PasskeyChallenges),
    passkeyVerifier: get(PasskeyVerifier),
    sessions: get(Sessions),
    emails: get(AccessEmails),
  }))
  useCase(VerifySecondFactor, () => ({
    ...shared(),
    checkSecondFactor: get(CheckSecondFactor),
    emails: get(AccessEmails),
  }))
  useCase(VerifyIdentity, () => ({
    ...shared(),
    checkPassword: get(CheckPassword),
    signInFailures: get(SignInFailures),
    checkSecondFactor: get(CheckSecondFactor),
  }))
  useCase(StartPasskeyAuthentication, () => ({
    passkeys: get(Passkeys),
    challenges: get(PasskeyChallenges),
    passkeyVerifier: get(PasskeyVerifier),
    clock: get(Clock),
  }))
  useCase(EnrolSecondFactor, () => ({
    ...shared(),
    links: get(AccessLinks),
    codes: get(OneTimeCodes),
    challenges: get(PasskeyChallenges),
    passkeyVerifier: get(PasskeyVerifier),
    emails: get(AccessEmails),
  }))
  useCase(ChangeSecondFactors, () => ({ ...shared(), emails: get(AccessEmails) }))
}
