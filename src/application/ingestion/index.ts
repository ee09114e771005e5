export { ControlSync } from './control-sync.ts'
export { typicalDurationsFor } from './get-sync-progress.ts'
export { RequestSync } from './request-sync.ts'
