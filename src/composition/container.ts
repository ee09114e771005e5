import { Container } from 'inversify'
import { PostgresTimeline } from '../adapters/postgres/console/timeline.ts'
import { PostgresUnitOfWork } from '../adapters/postgres/engine/database.ts'
import { LocalKeys } from '../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../adapters/postgres/engine/encryption/token-cipher.ts'
import { PostgresOutageDetector } from '../adapters/postgres/engine/outages.ts'
import { PostgresReadOnlyTransaction } from '../adapters/postgres/engine/read-only-transaction.ts'
import { AsyncCorrelationContext } from '../adapters/telemetry/correlation-context.ts'
import {
  Clock,
  CorrelationContext,
  KeyEncryption,
  OutageDetector,
  RandomSource,
  ReadOnlyTransaction,
  Timeline,
  UnitOfWork,
} from '../application/ports.ts'
import { bindAccess } from './modules/access.ts'
import { bindAuthorisation } from './modules/authorisation.ts'
import type { Bindings, ExternalServices } from './modules/bindings.ts'
import { bindConnection } from './modules/connection.ts'
import { bindConsoleCases } from './modules/console-cases.ts'
import { bindConsoleOverview } from './modules/console-overview.ts'
import { bindConsoleRequests } from './modules/console-requests.ts'
import { bindConsoleSignIn } from './modules/console-sign-in.ts'
import { bindConsoleUsers } from './modules/console-users.ts'
import { bindConsoleViewAs } from './modules/console-view-as.ts'
import { bindEmail } from './modules/email.ts'
import { bindHelp } from './modules/help.ts'
import { bindIngestion } from './modules/ingestion.ts'
import { bindPerformance } from './modules/performance.ts'
import { bindSecondFactor } from './modules/second-factor.ts'

/** One instance of each port and use case for the whole process. */
export function compose(external: ExternalServices): Container {
  const container = new Container({ defaultScope: 'Singleton' })
  const bindings: Bindings = {
    provide: (token, make) => container.bind(token).toDynamicValue(make),
    useCase: (token, deps) => container.bind(token).toDynamicValue(() => new token(deps())),
    get: token => container.get(token),
  }
  bindShared(bindings, external)
  bindAccess(bindings, external)
  bindSecondFactor(bindings, external)
  bindAuthorisation(bindings, external)
  bindConnection(bindings, external)
  bindIngestion(bindings, external)
  bindPerformance(bindings, external)
  bindEmail(bindings, external)
  bindHelp(bindings, external)
  bindConsoleSignIn(bindings)
  bindConsoleUsers(bindings)
  bindConsoleViewAs(bindings, external)
  bindConsoleCases(bindings, external)
  bindConsoleOverview(bindings, external)
  bindConsoleRequests(bindings, external)
  return container
}

/** Ports that belong to no module. */
function bindShared(
  { provide, get }: Bindings,
  { database: { em, sql }, tokenKeys, clock, random }: ExternalServices,
): void {
  provide(Clock, () => clock)
  provide(RandomSource, () => random)
  provide(ReadOnlyTransaction, () => new PostgresReadOnlyTransaction(em))
  provide(UnitOfWork, () => new PostgresUnitOfWork(em))
  provide(OutageDetector, () => new PostgresOutageDetector())
  provide(KeyEncryption, () => new LocalKeys(tokenKeys))
  provide(TokenCipher, () => new TokenCipher(get(KeyEncryption)))
  provide(Timeline, () => new PostgresTimeline(em, sql))
  provide(CorrelationContext, () => new AsyncCorrelationContext())
}
