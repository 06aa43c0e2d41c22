import { GATE_OPTIONS } from './gate-options.ts';
import { OPTIONS, type OptionSpec } from './options.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Makes the JSON Schema of a config file out of the tables of options, for editors: what it accepts, `verify` accepts.
 *
 * @returns A schema of draft 7, the one that editors know best.
 */
export function createConfigSchema(): Schema {
	return {
		$schema: 'http://json-schema.org/draft-07/schema#',
		title: 'Config of verify',
		type: 'object',
		properties: {
			$schema: { type: 'string' },
			...propertiesOf(OPTIONS),
			gate: {
				description: 'Options of verify gate',
				type: 'object',
				properties: propertiesOf(GATE_OPTIONS),
				additionalProperties: false,
			},
		},
		additionalProperties: false,
	};
}

const propertiesOf = (table: readonly OptionSpec[]): Schema =>
	Object.fromEntries(
		table.map((spec) => [
			spec.key,
			{
				description: spec.description,
				...schemaOf(spec),
				...(spec.defaultText === null ? {} : { default: defaultOf(spec, spec.defaultText) }),
			},
		]),
	);

const TEXTS = { type: 'array', items: { type: 'string', minLength: 1 } };

function schemaOf({ type }: OptionSpec): Schema {
	switch (type.kind) {
		case 'string':
			return { type: 'string', minLength: 1 };
		case 'websocket-url':
			return { type: 'string', pattern: '^wss?://[^\\s/]+(/\\S*)?$' };
		case 'flag':
			return { type: 'boolean' };
		case 'integer':
			return { type: 'integer', minimum: type.min, maximum: type.max };
		case 'share':
			return { type: 'number', minimum: 0, exclusiveMaximum: 1 };
		case 'duration':
			return { anyOf: [{ type: 'string', pattern: '^(0|\\d+(\\.\\d+)?\\s*(ms|s|m|h))$' }, { const: 0 }] };
		case 'size':
			return {
				anyOf: [
					{ type: 'string', pattern: '^\\d+\\s*[KMGkmg]?(i?[Bb])?$' },
					{ type: 'integer', minimum: 0 },
				],
			};
		case 'list':
		case 'patterns':
			return { anyOf: [TEXTS, { type: 'string', minLength: 1 }] };
		case 'choice':
			return { enum: type.choices };
	}
}

function defaultOf({ type }: OptionSpec, text: string): unknown {
	if (type.kind === 'flag') return text === 'true';
	if (type.kind === 'integer' || type.kind === 'share') return Number(text);
	if (type.kind === 'list' || type.kind === 'patterns') return text === 'none' ? [] : text.split(', ');
	return text;
}
