import type { Diagnostic, Span } from '../core/places.ts';

type Severity = Diagnostic['severity'];

/** Every rule with its usual severity; `docs/lint.md` has a heading for each. */
export const LINT_RULES = {
	'bad-directive': 'error',
	'bad-front-matter': 'error',
	'counts-disagree': 'warning',
	'duplicate-metrics': 'warning',
	'duplicate-step-name': 'warning',
	'empty-fence': 'error',
	'expectation-is-code': 'warning',
	'marker-in-command': 'warning',
	'metrics-not-a-number': 'error',
	'missing-implementation': 'error',
	'no-command': 'error',
	'no-expectation': 'warning',
	'no-steps': 'warning',
	'placeholder-command': 'error',
	'prose-command': 'error',
	'repeated-directive': 'warning',
	'stray-command': 'warning',
	'unknown-directive': 'warning',
	'unknown-key': 'warning',
	'unread-block': 'info',
	'unread-metrics': 'info',
	'unterminated-comment': 'warning',
	'unterminated-fence': 'warning',
} as const satisfies Record<string, Severity>;

/** One of the rules of {@link LINT_RULES}. */
export type LintRule = keyof typeof LINT_RULES;

/** What a finding says. */
export interface FindingText {
	/** What is wrong, capital first, no final period. */
	readonly message: string;
	/** The way out, as one imperative sentence. */
	readonly advice: string;
	/** Other than the rule's usual one. */
	readonly severity?: Severity;
}

/** Makes a diagnostic of a rule, with the rule's severity unless `finding` names another. */
export function createFinding(ruleId: LintRule, span: Span, finding: FindingText): Diagnostic {
	const { message, advice, severity = LINT_RULES[ruleId] } = finding;
	return { ruleId, severity, message, advice, span };
}
