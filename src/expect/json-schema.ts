import type { ErrorObject, ValidateFunction } from 'ajv';
import { compileRegex } from './compile-regex.ts';

/** Where a value breaks its schema. */
export interface SchemaViolation {
	/** JSON pointer into the value; empty: the value as a whole. */
	readonly pointer: string;
	/** Such as `must be integer`. */
	readonly message: string;
}

/** A compiled schema, or why it is none. */
export type CompiledSchema =
	| { readonly validate: (value: unknown) => SchemaViolation | null }
	| { readonly reason: string };

/**
 * Compiles a JSON Schema of draft 2020-12. The validator is loaded at the first call, so that runs without schemas do not pay for it.
 * `format` is an annotation, as the draft has it, and is not checked. References to other documents are not followed.
 *
 * @param schema - A parsed JSON document.
 * @returns A reason when the document is no valid schema. Never rejects.
 */
export async function compileJsonSchema(schema: unknown): Promise<CompiledSchema> {
	try {
		if (isAsynchronous(schema)) return { reason: 'asynchronous schemas are not supported' };
		// A CommonJS package has its names on the default export wherever it is loaded, bundled or not.
		const { default: library } = await import('ajv/dist/2020.js');
		const ajv = new library.Ajv2020({
			strict: false,
			validateFormats: false,
			logger: false,
			code: { regExp: safeRegExp },
		});
		const validate = ajv.compile(schema as boolean | object);
		return { validate: (value) => firstViolation(validate, value) };
	} catch (error) {
		return { reason: error instanceof Error ? error.message : String(error) };
	}
}

const isAsynchronous = (schema: unknown): boolean =>
	typeof schema === 'object' && schema !== null && Object.hasOwn(schema, '$async');

/** The patterns of a schema come from the prompt and meet output of any length, as other regular expressions do. */
const safeRegExp = Object.assign(
	(pattern: string, flags: string): RegExp => {
		const { regex, problem } = compileRegex(pattern, flags);
		if (regex === null) throw new Error(`${problem.message}: ${pattern}`);
		return regex;
	},
	{ code: 'new RegExp' },
);

function firstViolation(validate: ValidateFunction, value: unknown): SchemaViolation | null {
	if (validate(value) === true) return null;
	const error: ErrorObject | undefined = validate.errors?.[0];
	return { pointer: error?.instancePath ?? '', message: describe(error) };
}

function describe(error: ErrorObject | undefined): string {
	const message = error?.message ?? 'does not validate';
	if (error?.keyword === 'additionalProperties') return `${message} (${String(error.params.additionalProperty)})`;
	if (error?.keyword === 'enum') return `${message}: ${JSON.stringify(error.params.allowedValues)}`;
	if (error?.keyword === 'const') return `${message} ${JSON.stringify(error.params.allowedValue)}`;
	return message;
}
