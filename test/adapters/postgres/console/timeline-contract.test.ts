import t from 'tap'
import { timelineContract } from '../../../support/contracts/console/timeline.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

timelineContract(t, openPostgresStores)
