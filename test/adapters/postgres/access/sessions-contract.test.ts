import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { sessionsContract } from '../../../support/contracts/sessions.ts'

sessionsContract(t, openPostgresStores)
