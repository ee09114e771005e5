import t from 'tap'
import { syncScheduleContract } from '../../../support/contracts/ingestion/sync-schedule.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

syncScheduleContract(t, openPostgresStores)
