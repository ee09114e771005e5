import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { syncsContract } from '../../support/contracts/sync-schedule.ts'

syncsContract(t, openPostgresStores)
