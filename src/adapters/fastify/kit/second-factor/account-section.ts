import { SecondFactors, Sessions } from '../../../../application/access/ports.ts'
import { Passkeys } from '../../../../application/access/second-factor/ports.ts'
import { hasSecondFactor } from '../../../../application/access/second-factor/second-factors-of.ts'
import { isPending, type Session } from '../../../../domain/access/session.ts'
import { isStaff, type User } from '../../../../domain/access/user.ts'
import type { SessionId } from '../../../../domain/identifiers.ts'
import type { FacePages } from '../faces.ts'
import { formatDate, formatDateTime } from '../formats.ts'
import type { AccountSection, SessionItem } from '../shell-model.ts'
import type { RouteOptions } from '../web-app.ts'
import { verificationPrompter } from './verification.ts'

export type AccountForm = 'password' | 'verification'

export interface AccountProblem {
  readonly form: AccountForm
  readonly sentence: string
}

/** Builds the part of the account page that both faces share. */
export function accountSectionReader(options: RouteOptions, { accountPath }: FacePages) {
  const { get, clock } = options
  const sessions = get(Sessions)
  const factors = get(SecondFactors)
  const passkeys = get(Passkeys)
  const promptFor = verificationPrompter(options)
  return async (user: User, session: Session, problem: AccountProblem | null): Promise<AccountSection> => {
    const [active, factor, ownPasskeys, recoveryCodes, verification] = await Promise.all([
      sessions.activeByUser(user.id, clock.now()),
      factors.of(user.id),
      passkeys.of(user.id),
      factors.countRecoveryCodes(user.id),
      promptFor.unlessFresh(session),
    ])
    const hasApp = Boolean(factor?.confirmedAt)
    const isProtected = hasSecondFactor({ hasApp, hasPasskey: ownPasskeys.length > 0 })
    const sessionItems = active
      .filter(({ kind }) => !isPending(kind))
      .map(each => sessionItem(each, session.id))
    return {
      path: accountPath,
      name: user.name,
      email: user.email,
      passwordProblem: problem?.form === 'password' ? problem.sentence : null,
      problem: problem?.form === 'verification' ? problem.sentence : null,
      sessions: sessionItems,
      hasOtherSessions: sessionItems.length > 1,
      isProtected,
      needsLink: isStaff(user.role) && !isProtected,
      hasApp,
      recoveryCodes,
      passkeys: ownPasskeys.map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        added: formatDate(createdAt),
        used: lastUsedAt ? formatDate(lastUsedAt) : null,
      })),
      verification,
    }
  }
}

const sessionItem = (
  { id, kind, device, openedAt, lastSeenAt }: Session,
  thisId: SessionId,
): SessionItem => ({
  id,
  device,
  where: kind === 'staff' ? 'Support console' : null,
  opened: formatDateTime(openedAt),
  seen: formatDateTime(lastSeenAt),
  isCurrent: id === thisId,
})
