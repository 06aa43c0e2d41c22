import type { ComponentChildren, RefObject } from 'preact';

interface ScrollBoxProps {
	readonly label: string;
	readonly class: string;
	readonly children: ComponentChildren;
	readonly boxRef?: RefObject<HTMLDivElement | null>;
}

/** A part that scrolls by itself, also by keys. */
export const ScrollBox = ({ label, children, boxRef, ...rest }: ScrollBoxProps) => (
	// biome-ignore lint/a11y/useSemanticElements: a section would be found by readers that list the page's parts
	// biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody could scroll it by keys (axe: scrollable-region-focusable)
	<div {...rest} role="region" aria-label={label} tabIndex={0} {...(boxRef === undefined ? {} : { ref: boxRef })}>
		{children}
	</div>
);
