import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { timelineContract } from '../../../support/contracts/timeline.ts'

timelineContract(t, openPostgresStores)
