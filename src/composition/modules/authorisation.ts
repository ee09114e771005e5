import { AmazonProfileDirectory } from '../../adapters/amazon/profile-directory.ts'
import { PostgresAccessTokenCache } from '../../adapters/postgres/connection/access-token-cache.ts'
import { PostgresAuthorisationAttempts } from '../../adapters/postgres/connection/authorisation-attempts.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import { AccessLinks, Subscriptions, Users } from '../../application/access/ports.ts'
import { CompleteAuthorisation } from '../../application/connection/authorisation/complete-authorisation.ts'
import { ConfirmProfileLoss } from '../../application/connection/authorisation/confirm-profile-loss.ts'
import { FetchAmazonUsers } from '../../application/connection/authorisation/fetch-amazon-users.ts'
import { FollowConnectLink } from '../../application/connection/authorisation/follow-connect-link.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../application/connection/authorisation/get-access-token.ts'
import { PurgePkceVerifiers } from '../../application/connection/authorisation/purge-pkce-verifiers.ts'
import { StartAuthorisation } from '../../application/connection/authorisation/start-authorisation.ts'
import {
  AccessTokenCache,
  AmazonLogin,
  AuthorisationAttempts,
  Connections,
  PendingConnections,
  ProfileDirectory,
} from '../../application/connection/ports.ts'
import { Outbox } from '../../application/email/ports.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindAuthorisation(
  { provide, useCase, get }: Bindings,
  { database, login, amazon, onError, consentDays }: ExternalServices,
): void {
  provide(AuthorisationAttempts, () => new PostgresAuthorisationAttempts(database.em, get(TokenCipher)))
  provide(AccessTokenCache, () => new PostgresAccessTokenCache(database, get(TokenCipher), onError))
  provide(AmazonLogin, () => login)
  provide(ProfileDirectory, () => new AmazonProfileDirectory(amazon))
  useCase(StartAuthorisation, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    attempts: get(AuthorisationAttempts),
    connections: get(Connections),
    login: get(AmazonLogin),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(FollowConnectLink, () => ({
    users: get(Users),
    links: get(AccessLinks),
    startAuthorisation: get(StartAuthorisation),
    timeline: get(Timeline),
    clock: get(Clock),
  }))
  useCase(CompleteAuthorisation, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    attempts: get(AuthorisationAttempts),
    pendingConnections: get(PendingConnections),
    login: get(AmazonLogin),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(FetchAmazonUsers, () => ({
    users: get(Users),
    connections: get(Connections),
    getAccessToken: get(GetAccessToken),
    login: get(AmazonLogin),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(PurgePkceVerifiers, () => ({ attempts: get(AuthorisationAttempts), clock: get(Clock) }))
  useCase(GetAccessToken, () => ({
    tokens: get(AccessTokenCache),
    login: get(AmazonLogin),
    clock: get(Clock),
  }))
  useCase(ConfirmProfileLoss, () => ({
    connections: get(Connections),
    profiles: get(ProfileDirectory),
    getAccessToken: get(GetAccessToken),
    recordAuthorisationLoss: get(RecordAuthorisationLoss),
  }))
  useCase(RecordAuthorisationLoss, () => ({
    consentDays,
    users: get(Users),
    connections: get(Connections),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
