import { type Static, Type } from 'typebox'
import type { SecondFactorAnswer } from '../../../../application/access/second-factor/check-second-factor.ts'
import { hasSecondFactor } from '../../../../application/access/second-factor/second-factors-of.ts'
import type { IdentityAnswer } from '../../../../application/access/second-factor/verify-identity.ts'
import { VerifySecondFactor } from '../../../../application/access/second-factor/verify-second-factor.ts'
import type { Clock, Get } from '../../../../application/ports.ts'
import { PasskeyRejected } from '../../../../domain/access/passkey.ts'
import { CurrentPasswordIncorrect } from '../../../../domain/access/password.ts'
import { InvalidCode, SecondFactorLocked } from '../../../../domain/access/second-factor.ts'
import {
  faceOf,
  isFreshlyVerified,
  type Session,
  VerificationRequired,
} from '../../../../domain/access/session.ts'
import { Secret } from '../../../../domain/secret.ts'
import { facePages } from '../faces.ts'
import type { VerificationPrompt } from '../shell-model.ts'

/** The fields of `views/partials/verification.hbs`. */
export const VerificationFields = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 100 })),
  /** JSON of the browser's WebAuthn API. */
  passkey: Type.Optional(Type.String({ maxLength: 20_000 })),
  ownPassword: Type.Optional(Type.String({ maxLength: 1024 })),
})
export type VerificationFields = Static<typeof VerificationFields>

export const secondFactorAnswerOf = ({ code, passkey }: VerificationFields): SecondFactorAnswer | null => {
  if (passkey) return { passkey }
  return code ? { code } : null
}

/** Null when the user entered nothing. */
export const identityAnswerOf = (fields: VerificationFields): IdentityAnswer | null =>
  secondFactorAnswerOf(fields) ?? (fields.ownPassword ? { password: new Secret(fields.ownPassword) } : null)

const rejections = [
  VerificationRequired,
  InvalidCode,
  PasskeyRejected,
  SecondFactorLocked,
  CurrentPasswordIncorrect,
]

export type VerificationError = InstanceType<(typeof rejections)[number]>

export const isVerificationError = (error: unknown): error is VerificationError =>
  rejections.some(rejection => error instanceof rejection)

/** What a form asks for. */
export function verificationPrompter({ get, clock }: { readonly get: Get; readonly clock: Clock }) {
  const verifySecondFactor = get(VerifySecondFactor)
  const promptFor = async (session: Session): Promise<VerificationPrompt> => {
    const kinds = await verifySecondFactor.prompt(session)
    const optionsPath = `${facePages[faceOf(session.kind)].signInPath}/passkey-options`
    return { ...kinds, needsPassword: !hasSecondFactor(kinds), optionsPath }
  }
  return {
    always: promptFor,
    /** Null while the last verification is fresh. */
    unlessFresh: async (session: Session): Promise<VerificationPrompt | null> =>
      isFreshlyVerified(session, clock.now()) ? null : promptFor(session),
  }
}
