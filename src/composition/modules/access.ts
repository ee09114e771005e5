import { PostgresAccessLinks } from '../../adapters/postgres/access/access-links.ts'
import { PostgresKnownDevices } from '../../adapters/postgres/access/known-devices.ts'
import { PostgresSessions } from '../../adapters/postgres/access/sessions.ts'
import { PostgresSignInFailures } from '../../adapters/postgres/access/sign-in-failures.ts'
import { PostgresSubscriptionEvents } from '../../adapters/postgres/access/subscription-events.ts'
import {
  PostgresStoredPasswords,
  PostgresSubscriptions,
  PostgresUsers,
} from '../../adapters/postgres/access/users.ts'
import { Argon2Passwords } from '../../adapters/security/argon2-passwords.ts'
import { ListedCommonPasswords } from '../../adapters/security/listed-common-passwords.ts'
import { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import { AuthenticateSession } from '../../application/access/authenticate-session.ts'
import { ChangePassword } from '../../application/access/change-password.ts'
import { CheckPassword } from '../../application/access/check-password.ts'
import { CreateUser } from '../../application/access/create-user.ts'
import { EndSessions } from '../../application/access/end-sessions.ts'
import { IssueAccessLink } from '../../application/access/issue-access-link.ts'
import {
  AccessEmails,
  AccessLinks,
  CommonPasswords,
  KnownDevices,
  Passwords,
  SecondFactors,
  Sessions,
  SignInFailures,
  StoredPasswords,
  SubscriptionEvents,
  Subscriptions,
  SyncResumption,
  Users,
} from '../../application/access/ports.ts'
import { PurgeExpiredAccess } from '../../application/access/purge-expired-access.ts'
import { RequestPasswordReset } from '../../application/access/request-password-reset.ts'
import { Passkeys } from '../../application/access/second-factor/ports.ts'
import { SetPassword } from '../../application/access/set-password.ts'
import { SignIn } from '../../application/access/sign-in.ts'
import { Outbox } from '../../application/email/ports.ts'
import { ResumeSyncs } from '../../application/ingestion/resume-syncs.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import { IngestionSyncResumption } from '../bridges/ingestion-sync-resumption.ts'
import { OutboxAccessEmails } from '../bridges/outbox-access-emails.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindAccess(
  { provide, useCase, get }: Bindings,
  { database, onError, publicUrl }: ExternalServices,
): void {
  provide(Users, () => new PostgresUsers(database.em))
  provide(StoredPasswords, () => new PostgresStoredPasswords(database.em))
  provide(Subscriptions, () => new PostgresSubscriptions(database.em))
  provide(Sessions, () => new PostgresSessions(database.em, database.sql))
  provide(Passwords, () => new Argon2Passwords())
  provide(CommonPasswords, () => new ListedCommonPasswords())
  provide(KnownDevices, () => new PostgresKnownDevices(database.em))
  provide(SignInFailures, () => new PostgresSignInFailures(database.sql))
  provide(AccessLinks, () => new PostgresAccessLinks(database.em))
  provide(AccessEmails, () => new OutboxAccessEmails(get(Outbox), get(Clock)))
  provide(SubscriptionEvents, () => new PostgresSubscriptionEvents(database.sql))
  provide(SyncResumption, () => new IngestionSyncResumption(get(ResumeSyncs)))
  useCase(CheckPassword, () => ({
    storedPasswords: get(StoredPasswords),
    passwords: get(Passwords),
    knownDevices: get(KnownDevices),
    signInFailures: get(SignInFailures),
    timeline: get(Timeline),
    emails: get(AccessEmails),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(SignIn, () => ({
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    sessions: get(Sessions),
    knownDevices: get(KnownDevices),
    signInFailures: get(SignInFailures),
    checkPassword: get(CheckPassword),
    factors: get(SecondFactors),
    passkeys: get(Passkeys),
    emails: get(AccessEmails),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(AuthenticateSession, () => ({ sessions: get(Sessions), clock: get(Clock) }))
  useCase(EndSessions, () => ({ sessions: get(Sessions), clock: get(Clock) }))
  useCase(PurgeExpiredAccess, () => ({
    sessions: get(Sessions),
    links: get(AccessLinks),
    knownDevices: get(KnownDevices),
    signInFailures: get(SignInFailures),
    clock: get(Clock),
  }))
  useCase(CreateUser, () => ({
    users: get(Users),
    issueAccessLink: get(IssueAccessLink),
    applySubscriptionEvent: get(ApplySubscriptionEvent),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(IssueAccessLink, () => ({
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    links: get(AccessLinks),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
    publicUrl,
  }))
  useCase(RequestPasswordReset, () => ({
    users: get(Users),
    links: get(AccessLinks),
    issueAccessLink: get(IssueAccessLink),
    emails: get(AccessEmails),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
    onError,
  }))
  useCase(SetPassword, () => ({
    emails: get(AccessEmails),
    issueAccessLink: get(IssueAccessLink),
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    links: get(AccessLinks),
    sessions: get(Sessions),
    passwords: get(Passwords),
    commonPasswords: get(CommonPasswords),
    knownDevices: get(KnownDevices),
    signInFailures: get(SignInFailures),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ChangePassword, () => ({
    emails: get(AccessEmails),
    users: get(Users),
    storedPasswords: get(StoredPasswords),
    links: get(AccessLinks),
    sessions: get(Sessions),
    passwords: get(Passwords),
    commonPasswords: get(CommonPasswords),
    knownDevices: get(KnownDevices),
    signInFailures: get(SignInFailures),
    checkPassword: get(CheckPassword),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ApplySubscriptionEvent, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    events: get(SubscriptionEvents),
    resumption: get(SyncResumption),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
