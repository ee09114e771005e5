import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { syncScheduleContract } from '../../../support/contracts/sync-schedule.ts'

syncScheduleContract(t, openPostgresStores)
