import * as v from 'valibot';
import { parseJson } from './json.ts';
import { NOTIFICATION_PARAMS, type NotificationName, type NotificationParams } from './messages.ts';

/** A notification whose parameters are checked. */
export type ServerNotification = {
	[N in NotificationName]: { readonly method: N; readonly params: NotificationParams<N> };
}[NotificationName];

/** The error an executor answered with. */
export interface ServerError {
	readonly code: number;
	readonly message: string;
	/** Our name of the code, where the executor is ours. */
	readonly name: string | null;
}

/** What a text from an executor is. */
export type ServerMessage =
	| { readonly kind: 'notification'; readonly notification: ServerNotification }
	| { readonly kind: 'result'; readonly id: string | number; readonly result: unknown }
	/** `id` is `null` when the error belongs to no request, or to one without id. */
	| { readonly kind: 'failure'; readonly id: string | number | null; readonly error: ServerError }
	/** Fine, and of no meaning to us: extensions of other executors. */
	| { readonly kind: 'unknown' }
	| { readonly kind: 'nonsense'; readonly reason: string };

const ID = v.union([v.string(), v.number()]);
const NOTIFICATION = v.object({ method: v.string(), params: v.nullish(v.unknown()) });
const RESULT = v.object({ id: ID, result: v.unknown() });
const FAILURE = v.object({
	id: v.nullish(ID),
	error: v.object({
		code: v.number(),
		message: v.string(),
		data: v.optional(v.unknown()),
	}),
});
const NAMED = v.object({ code: v.string() });

/**
 * Reads a text that an executor sent; never throws, whatever the text.
 *
 * @returns `nonsense` for anything that no executor sends: not JSON, no object, a known message with fields missing or of a wrong type.
 */
export function decodeServerMessage(text: string): ServerMessage {
	const parsed = parseJson(text);
	if (!parsed.isOk) return { kind: 'nonsense', reason: `not JSON (${parsed.reason})` };
	const { value } = parsed;
	if (v.is(NOTIFICATION, value)) return decodeNotification(value.method, value.params ?? {});
	if (v.is(FAILURE, value)) {
		const { id, error } = value;
		const named = v.safeParse(NAMED, error.data);
		const name = named.success ? named.output.code : null;
		return { kind: 'failure', id: id ?? null, error: { code: error.code, message: error.message, name } };
	}
	if (v.is(RESULT, value)) return { kind: 'result', id: value.id, result: value.result };
	return { kind: 'nonsense', reason: 'neither an answer nor a notification' };
}

function decodeNotification(method: string, params: unknown): ServerMessage {
	if (!isNotificationName(method)) return { kind: 'unknown' };
	const checked = v.safeParse(NOTIFICATION_PARAMS[method], params);
	if (checked.success) {
		// The table pairs each name with its parameters; TypeScript can't follow the pair through the lookup.
		return { kind: 'notification', notification: { method, params: checked.output } as ServerNotification };
	}
	const [issue] = checked.issues;
	return { kind: 'nonsense', reason: `${method}: ${v.getDotPath(issue) ?? 'params'}: ${issue.message.slice(0, 200)}` };
}

const isNotificationName = (name: string): name is NotificationName => Object.hasOwn(NOTIFICATION_PARAMS, name);
