import { readFile, writeFile } from 'node:fs/promises';
import { COMMANDS } from '../src/cli/commands.ts';
import { formatHelp } from '../src/cli/format-help.ts';
import { createConfigSchema } from '../src/config/config-schema.ts';
import { GATE_OPTIONS } from '../src/config/gate-options.ts';
import { MEANINGLESS_VARIABLES } from '../src/config/legacy-variables.ts';
import { OPTIONS, type OptionSpec } from '../src/config/options.ts';
import { SERVE_OPTIONS, type ServeOptionSpec } from '../src/config/serve-options.ts';
import { forgeryPage } from './forgery-page.ts';
import { openRpcPage } from './openrpc.ts';
import { readForgeryCases } from './testing/forgery-cases.ts';

// Rewrites the pages that come from tables in the source; with --check it only says whether they are up to date.
const PAGES: Readonly<Record<string, () => string>> = {
	'docs/cli.md': cliPage,
	'docs/configuration.md': configurationPage,
	'docs/executor.openrpc.json': openRpcPage,
	'docs/verify.config.schema.json': () => `${JSON.stringify(createConfigSchema(), null, '\t')}\n`,
	'docs/forgery.md': () => forgeryPage(readForgeryCases()),
};
const isCheck = process.argv.includes('--check');

for (const [path, write] of Object.entries(PAGES)) {
	const wanted = write();
	if (!isCheck) await writeFile(path, wanted);
	else if ((await readFile(path, 'utf8').catch(() => '')) !== wanted) {
		console.error(`${path} is not what its tables say: npm run generate`);
		process.exitCode = 1;
	}
}

function cliPage(): string {
	const help = (title: string, text: string): string => `## ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
	// The version changes with each release, the page does not need to.
	const program = formatHelp(null, 110).replace(/^verify \S+/, 'verify');
	return [
		'# Commands\n\nGenerated from the tables of commands and options; what `--help` prints.\n',
		help('verify', program),
		...COMMANDS.map(({ name }) => help(`verify ${name}`, formatHelp(name, 110))),
	].join('\n');
}

function configurationPage(): string {
	return `# Configuration

Generated from the table of options. Defaults < file < environment < flags; front matter and steps of a prompt win over all of them for
what they set (see [prompt format](prompt-format.md)).

The file is the key \`verify\` of \`package.json\`, or \`verify.config\` with the ending \`.ts\`, \`.mts\`, \`.js\`, \`.mjs\`, \`.cjs\`, \`.json\`, \`.yaml\` or \`.yml\`: in
each folder the first of them, looked for from the working directory upwards, the nearest folder wins; \`--config\` names another. Programs have
the config as their default export. TypeScript is read by Node itself from 22.18 on, and before by [jiti](dependencies.md).
An unknown key is an error, with the closest name offered. Durations need a unit: \`500ms\`, \`30s\`, \`2m\`, \`1h\`; \`0\` switches a limit off.

\`\`\`json
{ "timeout": "1m", "stall": "20s", "errorPatterns": ["panic:", "/^E\\\\d+/"], "jobs": 4 }
\`\`\`

| key | values | default | environment | flag | meaning |
| --- | --- | --- | --- | --- | --- |
${OPTIONS.map(optionRow).join('\n')}

Editors check and complete the file by \`docs/verify.config.schema.json\` of the package, generated from the same table:

\`\`\`json
{ "$schema": "./node_modules/tenfold/docs/verify.config.schema.json", "retries": 1 }
\`\`\`

## Who said so

\`verify config\` prints each value, and where it came from: \`default\`, file and line, the environment variable, or the flag. It takes the options
of a run, so that a command line can be tried out, and \`--json\`.

\`\`\`sh
verify config --timeout 1m
\`\`\`

## Gate

The options of \`verify gate\`: defaults < file < environment < \`--policy\` < flags. In a file they stand under \`gate\`, in front matter under
\`verify: gate:\`, where a prompt can only ask for more: [gate](gate.md).

\`\`\`json
{ "gate": { "confidence": 0.8, "adopted": "ignore" } }
\`\`\`

| key | values | default | environment | flag | meaning |
| --- | --- | --- | --- | --- | --- |
${GATE_OPTIONS.map((option) => optionRow({ ...option, key: `gate.${option.key}` })).join('\n')}

## Executor

The options of \`verify serve\`: defaults < environment < flags; no file is read, so that what a server may do never hangs on the folder it
was started in. Sizes are bytes, or carry \`K\`, \`M\` or \`G\`. The token itself stands in \`--token-file\` or in \`VERIFY_TOKEN\`, never among the flags.

| key | values | default | environment | flag | meaning |
| --- | --- | --- | --- | --- | --- |
${SERVE_OPTIONS.map(optionRow).join('\n')}

Where ours are not set, these of the first executor are read:

| environment | is | written |
| --- | --- | --- |
${SERVE_OPTIONS.flatMap(legacyRows).join('\n')}
| \`ALLOWED_COMMANDS\` | a policy of these names, where \`policy\` is not set | names, separated by commas |

Its other ones mean nothing here:

| environment | why |
| --- | --- |
${Object.entries(MEANINGLESS_VARIABLES)
	.map(([name, why]) => `| \`${name}\` | ${why} |`)
	.join('\n')}
`;
}

function optionRow({ key, type, defaultText, env, flag, description }: OptionSpec): string {
	const values = type.kind === 'choice' ? type.choices.map((choice) => `\`${choice}\``).join(' ') : type.kind;
	return `| \`${key}\` | ${values} | ${defaultText === null ? '' : `\`${defaultText}\``} | \`${env}\` | \`${flag}\` | ${description} |`;
}

function legacyRows({ key, legacy = [] }: ServeOptionSpec): string[] {
	return legacy.map(({ env, written, means, needs }) => {
		const how = {
			same: 'as ours',
			'upper-case': 'upper case',
			seconds: 'seconds',
			switch: `\`true\` is \`${means}\``,
		}[written];
		return `| \`${env}\` | \`${key}\` | ${how}${needs === undefined ? '' : `, where \`${needs}\` is \`true\``} |`;
	});
}
