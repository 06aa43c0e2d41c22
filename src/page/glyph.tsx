import type { Outcome } from '../core/outcomes.ts';
import { OUTCOMES_BY_CONCERN } from '../report/merge-records.ts';

/** Each outcome has a shape of its own, so that nobody needs to tell colours apart. */
const SHAPES: Readonly<Record<Outcome, { readonly body: string; readonly sign: string }>> = {
	passed: { body: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z', sign: 'M4.8 8.2l2.2 2.2 4.2-4.6' },
	failed: {
		body: 'M2.5 1h11A1.5 1.5 0 0 1 15 2.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 1 13.5v-11A1.5 1.5 0 0 1 2.5 1z',
		sign: 'M5 5l6 6M11 5l-6 6',
	},
	flaky: { body: 'M8 .6L15.4 8 8 15.4.6 8z', sign: 'M4.6 8.8c1.1-2.2 2.2-2.2 3.4-.8s2.3 1.4 3.4-.8' },
	unproven: { body: 'M8 1.2l7.2 13H.8z', sign: 'M8 6v4M8 12.1v.2' },
	infra: { body: 'M4.5 1.5h7L15 8l-3.5 6.5h-7L1 8z', sign: 'M5 8h6' },
	refused: { body: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z', sign: 'M4.8 11.2l6.4-6.4' },
	aborted: { body: 'M2 2h12v12H2z', sign: 'M5.5 5.5h5v5h-5z' },
	skipped: { body: 'M8 1.7a6.3 6.3 0 1 1 0 12.6A6.3 6.3 0 0 1 8 1.7z', sign: 'M5.2 8h5.6' },
};

/** The shapes, drawn once a page: each sign refers to them. */
export const GlyphShapes = () => (
	<svg class="hidden" aria-hidden="true" width="0" height="0">
		{OUTCOMES_BY_CONCERN.map((outcome) => (
			<symbol key={outcome} id={`g-${outcome}`} class={outcome} viewBox="0 0 16 16">
				<path class="glyph-body" d={SHAPES[outcome].body} />
				<path class="glyph-sign" d={SHAPES[outcome].sign} />
			</symbol>
		))}
	</svg>
);

/** The sign of an outcome; `label` is for those who can't see it, without one it stands beside the word. */
export const Glyph = ({ outcome, label }: { readonly outcome: Outcome; readonly label?: string }) =>
	label === undefined ? (
		<svg class="glyph" aria-hidden="true">
			<use href={`#g-${outcome}`} />
		</svg>
	) : (
		<svg class="glyph" role="img" aria-label={label}>
			<use href={`#g-${outcome}`} />
		</svg>
	);

/** Sign and word of an outcome. */
export const OutcomeWord = ({ outcome }: { readonly outcome: Outcome }) => (
	<span class="outcome">
		<Glyph outcome={outcome} />
		<span class={`word ${outcome}`}>{outcome}</span>
	</span>
);
