import { useLayoutEffect, useState } from 'preact/hooks';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
type Theme = keyof typeof NEXT;

/** Goes round: as the system has it, light, dark. */
export function ThemeButton() {
	const [theme, setTheme] = useState<Theme>('system');
	// Not after the next picture, as effects are: it would still show the old colours.
	useLayoutEffect(() => {
		if (theme === 'system') delete document.documentElement.dataset.theme;
		else document.documentElement.dataset.theme = theme;
	}, [theme]);
	return (
		<button type="button" id="theme-button" class="button needs-script" onClick={() => setTheme(NEXT[theme])}>
			<span class="hidden">Colours: </span>
			{theme === 'system' ? 'Auto' : theme === 'light' ? 'Light' : 'Dark'}
		</button>
	);
}
