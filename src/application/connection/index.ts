export { ChooseProfile, type ProfileChoiceResult, type ProfileSelection } from './choose-profile.ts'
export { type CallbackResult, CompleteAuthorisation } from './complete-authorisation.ts'
export { CompleteReauthorisation, type Reauthorisation } from './complete-reauthorisation.ts'
export { Disconnect } from './disconnect.ts'
export { EndPendingConnection } from './end-pending-connection.ts'
export { EraseConnections } from './erase-connections.ts'
export { FetchAmazonUsers } from './fetch-amazon-users.ts'
export { FetchProfiles } from './fetch-profiles.ts'
export { FollowConnectLink } from './follow-connect-link.ts'
export {
  GetAccessToken,
  InvalidGrant,
  MassRevocationSuspected,
  RecordAuthorisationLoss,
} from './get-access-token.ts'
export { LoadPicker, type PickerState } from './load-picker.ts'
export {
  AmazonLogin,
  Connections,
  PendingConnections,
  ProfileDirectory,
  type SellerState,
  SellerStates,
} from './ports.ts'
export { PreviewPicker } from './preview-picker.ts'
export { PreviewReauthorisation } from './preview-reauthorisation.ts'
export { PurgePkceVerifiers } from './purge-pkce-verifiers.ts'
export { RequestErasure } from './request-erasure.ts'
export { SelectConnection } from './select-connection.ts'
export { StartAuthorisation } from './start-authorisation.ts'
export { StartDueSyncs } from './start-due-syncs.ts'
