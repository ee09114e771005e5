import t from 'tap'
import { sessionsContract } from '../../../support/contracts/access/sessions.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

sessionsContract(t, openPostgresStores)
