import { PostgresConnections } from '../../adapters/postgres/connection/connections.ts'
import { PostgresErasures } from '../../adapters/postgres/connection/erasures.ts'
import { PostgresPendingConnections } from '../../adapters/postgres/connection/pending-connections.ts'
import { PostgresSellerStates } from '../../adapters/postgres/connection/seller-states.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import { Sessions, Subscriptions, Users } from '../../application/access/ports.ts'
import { AdvancePendingConnection } from '../../application/connection/advance-pending-connection.ts'
import { ChooseProfile } from '../../application/connection/choose-profile.ts'
import { Disconnect } from '../../application/connection/disconnect.ts'
import { EndPendingConnection } from '../../application/connection/end-pending-connection.ts'
import { EraseConnections } from '../../application/connection/erase-connections.ts'
import { FetchProfiles } from '../../application/connection/fetch-profiles.ts'
import {
  AmazonLogin,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
  SellerStates,
} from '../../application/connection/ports.ts'
import { RequestErasure } from '../../application/connection/request-erasure.ts'
import { SelectConnection } from '../../application/connection/select-connection.ts'
import { StartDueSyncs } from '../../application/connection/start-due-syncs.ts'
import { Outbox } from '../../application/email/ports.ts'
import { RequestSync } from '../../application/ingestion/request-sync.ts'
import { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindConnection(
  { provide, useCase, get }: Bindings,
  { database, consentDays }: ExternalServices,
): void {
  provide(
    PendingConnections,
    () => new PostgresPendingConnections(database.em, database.sql, get(TokenCipher)),
  )
  provide(Connections, () => new PostgresConnections(database.em, database.sql, get(TokenCipher)))
  provide(SellerStates, () => new PostgresSellerStates(database.em, database.sql, get(TokenCipher)))
  provide(Erasures, () => new PostgresErasures(database.sql, database.pool))
  useCase(FetchProfiles, () => ({
    pendingConnections: get(PendingConnections),
    endPendingConnection: get(EndPendingConnection),
    login: get(AmazonLogin),
    profiles: get(ProfileDirectory),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(AdvancePendingConnection, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    pendingConnections: get(PendingConnections),
    connections: get(Connections),
    fetchProfiles: get(FetchProfiles),
    chooseProfile: get(ChooseProfile),
    profiles: get(ProfileDirectory),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(ChooseProfile, () => ({
    consentDays,
    users: get(Users),
    subscriptions: get(Subscriptions),
    sessions: get(Sessions),
    pendingConnections: get(PendingConnections),
    endPendingConnection: get(EndPendingConnection),
    connections: get(Connections),
    requestSync: get(RequestSync),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(EndPendingConnection, () => ({
    users: get(Users),
    pendingConnections: get(PendingConnections),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(SelectConnection, () => ({ connections: get(Connections), sessions: get(Sessions) }))
  useCase(Disconnect, () => ({
    users: get(Users),
    connections: get(Connections),
    requestSync: get(RequestSync),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(RequestErasure, () => ({
    users: get(Users),
    connections: get(Connections),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(EraseConnections, () => ({
    users: get(Users),
    connections: get(Connections),
    erasures: get(Erasures),
    outbox: get(Outbox),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
  useCase(StartDueSyncs, () => ({
    users: get(Users),
    subscriptions: get(Subscriptions),
    connections: get(Connections),
    requestSync: get(RequestSync),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  }))
}
