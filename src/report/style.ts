/** How text is emphasised; meaning never depends on it. */
export interface Style {
	bold(text: string): string;
	dim(text: string): string;
	red(text: string): string;
	green(text: string): string;
	yellow(text: string): string;
}

const same = (text: string): string => text;

/** No emphasis at all. */
export const PLAIN_STYLE: Style = { bold: same, dim: same, red: same, green: same, yellow: same };
