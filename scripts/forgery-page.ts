import type { ForgeryCase, Saying } from './testing/forgery-cases.ts';

const GROUPS: Readonly<Record<string, string>> = {
	transcripts: 'Transcripts of agents: the proof of a run stands where it proves nothing',
	runs: 'A step works against the run that started it',
	prompt: 'The prompt itself',
	ledger: 'The chain of the ledger',
	results: 'What the ledger says of runs',
	signatures: 'Signatures and keys',
	history: 'A ledger that agrees with itself, but not with what was committed',
	genuine: 'Genuine, and must pass',
};

/** Writes `docs/forgery.md` from the cases. */
export function forgeryPage(cases: readonly ForgeryCase[]): string {
	const forged = cases.filter(({ isGenuine }) => !isGenuine).length;
	return `# The corpus that tests the tester

Generated from \`test/forgery/cases\`. ${forged} records that were forged or broken, and ${cases.length - forged} genuine ones that look like it. Each case begins
with runs that really took place (five clean ones, and two that failed where it says so), so that hashes, markers and signatures are real. Then something
is done to it, with any editor or with full knowledge of the formats. The table has what must be said, word for word and with its
place; besides, \`verify gate\` must be met by none of the forged ones, and by all of the genuine ones.

A new case is a folder with a \`case.json\`; its shape is \`ForgeryCase\` in \`scripts/testing/forgery-cases.ts\`.
${Object.keys(GROUPS)
	.map((group) => tableOf(group, cases))
	.join('')}
## What no case can show

These are not found, and can't be by who has nothing but the files:

- A ledger that was never committed, and was rewritten from its beginning by somebody who knows how: its links, heads and counts agree. With \`keys.json\` nobody
  can make up a signed pass, but whoever may write can still leave out or turn round what failed. Commit, and audit with \`--since\`.
- A verdict is the word of \`verify\`: what is signed is the command, its step, its end and its output. An unequal output that is called equal shows in the transcript of the run alone.
- A run with \`--no-write\` leaves no trace, by intention.
- A transcript of an agent that its own shell wrote, call and result and times, while the run took place.
- Results that were signed by who has the executor's key: each process of its user.
`;
}

function tableOf(group: string, cases: readonly ForgeryCase[]): string {
	const own = cases.filter(({ name }) => name.startsWith(`${group}/`));
	const rows = own.map(({ name, title, expect, base }) => {
		const done = `${title}${base === 'failed' ? ' (after two that failed)' : ''}`;
		return `| \`${name.slice(group.length + 1)}\` | ${inCell(done)} | ${expect.map(tell).join('<br>')} |`;
	});
	return `
## ${GROUPS[group]}

| case | what was done | what is said |
| --- | --- | --- |
${rows.join('\n')}
`;
}

const tell = ({ verify, exit, word, place }: Saying): string =>
	`\`${inCell(`verify ${verify.join(' ')}`.replace('{{marker}}', '<marker>'))}\` exits with ${exit}: **${inCell(word)}**${place === undefined ? '' : ` at \`${inCell(place)}\``}`;

const inCell = (text: string): string => text.replaceAll('|', '\\|');
