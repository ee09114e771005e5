import { encoding } from './chapters/v01-encoding.ts'
import { validation } from './chapters/v02-validation.ts'
import { frontend } from './chapters/v03-frontend.ts'
import { api, files } from './chapters/v04-v05-api-and-files.ts'
import { authentication } from './chapters/v06-authentication.ts'
import { sessions } from './chapters/v07-sessions.ts'
import { authorisation } from './chapters/v08-authorisation.ts'
import { selfContainedTokens, webRtc } from './chapters/v09-v17-not-used.ts'
import { oauth } from './chapters/v10-oauth.ts'
import { cryptography } from './chapters/v11-cryptography.ts'
import { communication } from './chapters/v12-communication.ts'
import { configuration } from './chapters/v13-configuration.ts'
import { dataProtection } from './chapters/v14-data-protection.ts'
import { architecture } from './chapters/v15-architecture.ts'
import { logging } from './chapters/v16-logging.ts'
import type { Chapter } from './requirement.ts'

/** V1 to V17. */
export const chapters: readonly Chapter[] = [
  encoding,
  validation,
  frontend,
  api,
  files,
  authentication,
  sessions,
  authorisation,
  selfContainedTokens,
  oauth,
  cryptography,
  communication,
  configuration,
  dataProtection,
  architecture,
  logging,
  webRtc,
]
