import t from 'tap'
import { overviewReaderContract } from '../../../support/contracts/console/overview-reader.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

overviewReaderContract(t, openPostgresStores)
