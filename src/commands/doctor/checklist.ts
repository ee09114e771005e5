import { regionChecks } from './amazon.ts'
import type { Check } from './check.ts'
import { clockChecks } from './clock.ts'
import { databaseChecks } from './database.ts'
import type { Installation } from './installation.ts'
import { keyChecks } from './keys.ts'
import { loginChecks } from './login.ts'
import { processChecks } from './processes.ts'
import { publicAddressChecks } from './public-address.ts'
import { settingsCheck } from './settings.ts'

export const checklist = (installation: Installation): readonly Check[] => [
  settingsCheck(installation),
  ...keyChecks(installation),
  ...publicAddressChecks(installation),
  ...loginChecks(installation),
  ...regionChecks(installation),
  ...clockChecks(installation),
  ...databaseChecks(installation),
  ...processChecks(installation),
]
