import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { AppError } from '../../core/errors.ts';
import type { Io } from '../io.ts';

/** How far a call has come. */
export interface ToolProgress {
	/** Grows with each report; a running step counts as half a step. */
	readonly progress: number;
	readonly total: number;
	readonly message: string;
}

/** What a tool is called with, beside its arguments. */
export interface ToolContext {
	/** Its environment and working directory are those of the server; what is printed there, nobody reads. */
	readonly io: Io;
	/** Aborted when the client cancels the call or goes away. */
	readonly signal: AbortSignal;
	/** False: only paths inside of the working directory may be named. */
	readonly isOutsideAllowed: boolean;
	tellProgress(progress: ToolProgress): void;
}

/** What a tool came to. */
export interface ToolAnswer {
	/** For a model: short, the failing block, what to do next. */
	readonly text: string;
	/** For programs; fits the tool's output schema. Its `summary` is the text, since some clients show a model nothing but these fields. */
	readonly structured: Readonly<Record<string, unknown>>;
}

/** A JSON Schema of an object. */
export type ObjectJsonSchema = { readonly type: 'object' } & Readonly<Record<string, unknown>>;

/** A tool of the server. */
export interface Tool {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly inputSchema: ObjectJsonSchema;
	readonly outputSchema: ObjectJsonSchema;
	/** True: changes no file. */
	readonly isReadOnly: boolean;
	/**
	 * Calls the tool.
	 *
	 * @param args - As the client sent them, unchecked.
	 * @throws {AppError} `USAGE`: the arguments are not of the input schema; and what the command of the same name throws.
	 */
	call(args: unknown, context: ToolContext): Promise<ToolAnswer>;
}

/** How a tool is defined: its shapes once, for the schema, the check and the types. */
export interface ToolDefinition<Input extends v.GenericSchema, Output extends v.ObjectEntries> {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly input: Input;
	/** Beside `summary`. */
	readonly output: v.ObjectSchema<Output, undefined>;
	readonly isReadOnly: boolean;
	call(
		input: v.InferOutput<Input>,
		context: ToolContext,
	): Promise<{ readonly text: string; readonly structured: v.InferInput<v.ObjectSchema<Output, undefined>> }>;
}

const summary = v.pipe(v.string(), v.description('The result for people and models'));

/** Makes a tool out of its definition. */
export function defineTool<Input extends v.GenericSchema, Output extends v.ObjectEntries>(
	definition: ToolDefinition<Input, Output>,
): Tool {
	const { name, title, description, input, output, isReadOnly, call } = definition;
	return {
		name,
		title,
		description,
		inputSchema: toObjectSchema(input),
		outputSchema: toObjectSchema(v.object({ summary, ...output.entries })),
		isReadOnly,
		async call(args, context) {
			const parsed = v.safeParse(input, args ?? {});
			if (!parsed.success) throw toUsageError(name, parsed.issues);
			const { text, structured } = await call(parsed.output, context);
			return { text, structured: { summary: text, ...structured } };
		},
	};
}

function toObjectSchema(schema: v.GenericSchema): ObjectJsonSchema {
	// Output is described as it is sent; what JSON can't say stands in the descriptions.
	const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
	return { ...rest, type: 'object' };
}

function toUsageError(tool: string, issues: readonly v.BaseIssue<unknown>[]): AppError {
	const told = issues.slice(0, 5).map((issue) => {
		const path = v.getDotPath(issue);
		return path === null ? issue.message : `${path}: ${issue.message}`;
	});
	return new AppError('USAGE', `Cannot call ${tool}: ${told.join('; ')}`, {
		advice: 'Call it again with arguments of its input schema',
		data: { issues: told },
	});
}
