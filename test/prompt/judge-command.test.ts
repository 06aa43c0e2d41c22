import * as assert from 'uvu/assert';
import { judgeCommand, looksLikeCommand } from '../../src/prompt/judge-command.ts';
import { describe } from '../helpers/suite.ts';

describe('judgeCommand()', ({ test }) => {
	for (const command of [
		'true',
		'[ -f x ] || exit 1',
		'[[ $x == *"[all good]"* ]]',
		'test "$(cat f)" = "[two words]"',
		'echo "[step one] done"',
		'grep "[a-z]" f',
		'grep -F "[two words twice]" f',
		'grep "[[:space:]]" f',
		'python3 -c "print([x for x in range(3)])"',
		'pytest "test_x.py::test_y[one case]"',
		'cat <in >out',
		'cat <in> out',
		'diff <(sort a) <(sort b)',
		'curl -d \'{"a": ["b c"]}\' http://localhost',
		'cat > f <<EOF\n[some link](x)\n<your name>\nEOF',
		'"$HOME/my dir/run"',
		'./run --flag',
		'# first a comment\nmake',
		'none-such --help',
		'todo list',
		'echo TODO',
		'sed "s/[A Z]/x/" f',
		'sort <config 2>&1',
		'go vet ...',
		'go test ./...',
		'bazel test //...',
		'echo "and so on ..."',
		'sort <config 2>/dev/null',
		'cat <a >b <c',
		'mkdir -p a/{b,c} x{1..3}',
		'git rev-parse @{u} stash@{0} HEAD^{tree}',
		'curl -w %{http_code} localhost',
		`echo \${HOME} \${x:-y}`,
		'docker ps --format {{.Names}}',
		'python3 {{implementation}} && python3 {{ implementation_2 }}',
		'echo {{marker}} {{ marker }}',
		"awk '{print}' f",
		'find . -exec cat {} +',
		'ls | xargs -I{file} cat {file}',
		'sed s/{name}/x/ f',
		'f() { make; }',
		'if true; then\n  cat <a >b\nfi',
		'echo "\n<name>\n" # {id}s',
		'/usr/bin/env true',
		'/entrypoint.sh x',
		'./notes.md.sh',
		'cat notes.md',
		'GETTER x',
		'select x in a; do break; done',
	]) {
		test(`lets ${JSON.stringify(command)} run`, () => assert.is(judgeCommand(command, 'fence'), null));
	}

	for (const [command, ruleId] of [
		['[Auto-Generated Verification Command]', 'placeholder-command'],
		['[command]', 'placeholder-command'],
		['<command>', 'placeholder-command'],
		['...', 'placeholder-command'],
		['…', 'placeholder-command'],
		['TODO: write it', 'placeholder-command'],
		['TBD', 'placeholder-command'],
		['N/A', 'placeholder-command'],
		['grep "[UUID from output]" ~/.claude/*.jsonl', 'placeholder-command'],
		["rg -n '[Last UUID]' log", 'placeholder-command'],
		['cat [path to file]', 'placeholder-command'],
		['run --key=[your key]', 'placeholder-command'],
		['cat <file>', 'placeholder-command'],
		['deploy <your host> && true', 'placeholder-command'],
		['helm repo add bitnami ...', 'placeholder-command'],
		['curl … | jq .', 'placeholder-command'],
		['cat <input.csv> <output.json>', 'placeholder-command'],
		['tool set <name> --raw', 'placeholder-command'],
		['curl http://<host>:80/', 'placeholder-command'],
		['cat logs/<id>.json', 'placeholder-command'],
		['make\ncat <file>\nmake', 'placeholder-command'],
		['uv run {project-root}/x.py --skill {skill-root}', 'placeholder-command'],
		['mkdir -p {each directory of it}', 'placeholder-command'],
		['curl localhost/users/{id}', 'placeholder-command'],
		['cd {{project_path}}', 'placeholder-command'],
		['cd app\ngit commit --files {file_list}', 'placeholder-command'],
		['/gsd:plan-phase 1', 'prose-command'],
		['/review', 'prose-command'],
		['report.md', 'prose-command'],
		['{phase}-VERIFICATION.md', 'placeholder-command'],
		['docs/api.json', 'prose-command'],
		['PS C:\\> node -v\nv20.1.0', 'prose-command'],
		['C:\\Users\\ada>dir', 'prose-command'],
		['PS> node -v', 'prose-command'],
		['SELECT count(*) FROM t', 'prose-command'],
		['GET /api/health', 'prose-command'],
		['"What is two and two?"', 'prose-command'],
		['“What is two and two?”', 'prose-command'],
		['--output json', 'no-command'],
		['-v', 'no-command'],
		['# only\n  # comments', 'no-command'],
		['', 'empty-fence'],
		[' \n\t', 'empty-fence'],
	] as const) {
		test(`stops ${JSON.stringify(command)}: ${ruleId}`, () =>
			assert.is(judgeCommand(command, 'fence')?.ruleId, ruleId));
	}

	test('takes no longer for a text made to be slow', () => {
		const start = performance.now();
		for (const text of [
			`[a${' b'.repeat(20_000)}`,
			`<a${'-'.repeat(20_000)}`,
			`grep "[a${' .'.repeat(20_000)}"`,
			'"'.repeat(20_001),
			`${'<a '.repeat(20_000)}`,
			`<${'a '.repeat(20_000)}`,
			`{${'a '.repeat(20_000)}`,
			`/${'a:'.repeat(20_000)}`,
			`${'a.'.repeat(20_000)}`,
		]) {
			judgeCommand(text, 'inline');
		}
		assert.ok(performance.now() - start < 2000);
	});
});

describe('looksLikeCommand()', ({ test }) => {
	for (const code of [
		'pytest tests/x.py',
		'markdownlint',
		'./run.sh',
		'pgrep -f "yes | pv"',
		'$HOME/bin/x y',
		'/usr/bin/true',
	]) {
		test(`takes ${code} for a command`, () => assert.is(looksLikeCommand(code), true));
	}
	for (const code of ['SECURITY_DENIED', 'report.md', 'src/main.py', '"quoted text"', 'camelCase', '{}']) {
		test(`takes ${code} for something else`, () => assert.is(looksLikeCommand(code), false));
	}
});
