import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type BadgeFacts, formatBadge, formatShields } from '../../../src/report/ci/format-badge.ts';
import { check } from '../../helpers/check.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { describe } from '../../helpers/suite.ts';

const facts = (changes: Partial<BadgeFacts> = {}): BadgeFacts => ({
	name: 'Deploy',
	counts: { success: 14, failure: 1 },
	stage: 'graduated',
	...changes,
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5]
		.map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
		.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('formatBadge()', ({ test }) => {
	test('shows stage and counts, with a title for those who do not see it', () => {
		const svg = formatBadge(facts());
		assert.match(svg, '<title>Deploy: graduated, 14 successes and 1 failure</title>');
		assert.match(svg, 'role="img" aria-label="Deploy: graduated, 14 successes and 1 failure"');
		assert.match(svg, '>graduated 14:1</text>');
		assert.match(formatBadge(facts({ counts: null })), '>no counts</text>');
	});
	test('has white text on colours of a contrast of 4.5 or more', () => {
		const badges = (['development', 'graduated', 'trusted'] as const).map((stage) => formatBadge(facts({ stage })));
		const colours = [...badges, formatBadge(facts({ counts: null }))].flatMap((svg) =>
			[...svg.matchAll(/<rect[^>]* fill="(#[0-9a-f]{6})"/g)].map(([, colour = '']) => colour),
		);
		assert.is(new Set(colours).size, 5);
		for (const colour of colours) assert.ok(1.05 / (luminance(colour) + 0.05) >= 4.5, colour);
	});
	test('holds no markup of a title', () => {
		check(
			fc.property(hostileText(), (name) => {
				assert.equal(
					[...formatBadge(facts({ name })).matchAll(/<(\/?[a-zA-Z]+)/g)].map(([, tag]) => tag),
					'svg title /title rect rect rect g text /text text /text /g /svg'.split(' '),
				);
			}),
		);
	});
});

describe('formatShields()', ({ test }) => {
	test('is what an endpoint of shields.io answers', () => {
		assert.equal(JSON.parse(formatShields(facts({ stage: 'trusted', counts: { success: 99, failure: 1 } }))), {
			schemaVersion: 1,
			label: 'verify',
			message: 'trusted 99:1',
			color: '#1565c0',
		});
	});
});
