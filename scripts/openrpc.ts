import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { ERRORS } from '../src/core/errors.ts';
import { WIRE_VERSION } from '../src/protocol/limits.ts';
import { METHOD_PARAMS, METHOD_RESULTS, type Method, NOTIFICATION_PARAMS } from '../src/protocol/messages.ts';
import type { WireErrorCode } from '../src/protocol/rpc.ts';

const SUMMARIES: Readonly<Record<Method, string>> = {
	execute: 'Starts a command, or attaches to the execution of this id that asked for the same',
	control: 'Pauses, resumes or cancels an execution',
	list: 'Tells of the executions that this connection may attach to or hears of',
	status: 'Tells of one execution',
	attach: 'Makes this connection the one that hears of an execution with a lease, from one message on',
	ack: 'Tells that the output up to a message was received; sent as a notification',
	hook_status: 'Says that there are no hooks; for clients of the first executor',
	pong: 'Answers a ping; for clients of the first executor',
};

const ERROR_MESSAGES: Readonly<Record<WireErrorCode, string>> = {
	RPC_PARSE: 'Parse error',
	RPC_INVALID_REQUEST: 'Invalid request',
	RPC_UNKNOWN_METHOD: 'Unknown method',
	RPC_INVALID_PARAMS: 'Invalid params',
	BROKEN_INVARIANT: 'Internal error',
	SESSION_LIMIT: 'Limit exceeded',
	COMMAND_REFUSED: 'Command refused',
	NO_PROCESS: 'No process',
	SPAWN_FAILED: 'Cannot start',
};

const METHOD_ERRORS: Readonly<Record<Method, readonly WireErrorCode[]>> = {
	execute: ['RPC_INVALID_PARAMS', 'SESSION_LIMIT', 'COMMAND_REFUSED', 'SPAWN_FAILED'],
	control: ['RPC_INVALID_PARAMS', 'NO_PROCESS'],
	list: [],
	status: ['RPC_INVALID_PARAMS', 'NO_PROCESS'],
	attach: ['RPC_INVALID_PARAMS', 'NO_PROCESS'],
	ack: ['RPC_INVALID_PARAMS'],
	hook_status: [],
	pong: [],
};

interface ObjectSchema {
	readonly properties?: Readonly<Record<string, unknown>>;
	readonly required?: readonly string[];
}

/**
 * Writes the OpenRPC document of the executor's wire: the methods it serves, and under `x-notifications` what it tells unasked.
 *
 * @see https://spec.open-rpc.org
 */
export function openRpcPage(): string {
	const document = {
		openrpc: '1.3.2',
		info: {
			title: 'Tenfold executor',
			version: WIRE_VERSION,
			description:
				'Runs commands for its clients: JSON-RPC 2.0 over a WebSocket. docs/protocol.md tells what the messages mean.',
			license: { name: 'MIT' },
		},
		servers: [{ name: 'verify serve', url: 'ws://127.0.0.1:8003/ws/mcp' }],
		methods: keysOf(METHOD_PARAMS).map((name) => ({
			name,
			summary: SUMMARIES[name],
			paramStructure: 'by-name',
			params: descriptorsOf(METHOD_PARAMS[name]),
			result: { name: 'result', schema: schemaOf(METHOD_RESULTS[name]) },
			errors: METHOD_ERRORS[name].map((code) => ({
				code: ERRORS[code].wire,
				message: ERROR_MESSAGES[code],
				data: { code },
			})),
		})),
		'x-notifications': keysOf(NOTIFICATION_PARAMS).map((name) => ({
			name,
			paramStructure: 'by-name',
			params: descriptorsOf(NOTIFICATION_PARAMS[name]),
		})),
	};
	return `${JSON.stringify(document, null, '\t')}\n`;
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): K[] => Object.keys(record) as K[];

function descriptorsOf(schema: v.GenericSchema): readonly object[] {
	const { properties = {}, required = [] } = schemaOf(schema);
	return Object.entries(properties).map(([name, property]) => ({
		name,
		required: required.includes(name),
		schema: property,
	}));
}

/** Checks that JSON Schema can't say (no NUL in a text) are left out: the executor still makes them. */
function schemaOf(schema: v.GenericSchema): ObjectSchema {
	const { $schema, ...rest } = toJsonSchema(schema, { target: 'draft-07', errorMode: 'ignore' });
	return rest as ObjectSchema;
}
