import t from 'tap'
import {
  timelineReaderContract,
  workerHeartbeatsContract,
} from '../../../support/contracts/console/console.ts'
import { recurringJobRunsContract } from '../../../support/contracts/console/recurring-job-runs.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

timelineReaderContract(t, openPostgresStores)
workerHeartbeatsContract(t, openPostgresStores)
recurringJobRunsContract(t, openPostgresStores)
