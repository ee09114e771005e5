export { RequestErasure } from './ask-erasure.ts'
export { StartAuthorisation } from './begin-authorisation.ts'
export { ChooseProfile, type ProfileChoiceResult, type ProfileSelection } from './choose-profile.ts'
export { type CallbackResult, CompleteAuthorisation } from './complete-authorisation.ts'
export { CompleteReauthorisation, type Reauthorisation } from './complete-renewal.ts'
export { Disconnect } from './disconnect.ts'
export { EndPendingConnection } from './end-pending.ts'
export { EraseConnections } from './erase-connections.ts'
export { FollowConnectLink } from './follow-connect-link.ts'
export { PurgePkceVerifiers } from './forget-verifiers.ts'
export { FetchAmazonUsers } from './identify-amazon-users.ts'
export { SelectConnection } from './make-current.ts'
export {
  GetAccessToken,
  InvalidGrant,
  MassRevocationSuspected,
  RecordAuthorisationLoss,
} from './mint-access-token.ts'
export { LoadPicker, type PickerState } from './offer-profiles.ts'
export {
  AmazonLogin,
  Connections,
  PendingConnections,
  ProfileDirectory,
  type SellerState,
  SellerStates,
} from './ports.ts'
export { FetchProfiles } from './read-profiles.ts'
export { StartDueSyncs } from './start-syncs.ts'
export { PreviewPicker } from './view-offer.ts'
export { PreviewReauthorisation } from './view-renewal.ts'
