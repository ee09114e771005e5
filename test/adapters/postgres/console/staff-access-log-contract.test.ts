import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { staffAccessLogContract } from '../../../support/contracts/staff-access-log.ts'

staffAccessLogContract(t, openPostgresStores)
