export { type DecodedRequest, decodeRequest } from '../protocol/decode-request.ts';
export { decodeServerMessage, type ServerMessage, type ServerNotification } from '../protocol/decode-server-message.ts';
export { CAPABILITIES, LIMITS, WIRE_PATHS, WIRE_VERSION } from '../protocol/limits.ts';
export {
	METHOD_PARAMS,
	METHOD_RESULTS,
	type Method,
	type MethodParams,
	type MethodResult,
	NOTIFICATION_PARAMS,
	type NotificationName,
	type NotificationParams,
} from '../protocol/messages.ts';
export { decodeOutputFrame, encodeOutputFrame, type OutputFrame } from '../protocol/output-frame.ts';
