/** Where the reader is, and the way back. */
export const Crumbs = ({
	path,
}: {
	readonly path: readonly { readonly text: string; readonly href: string | null }[];
}) => (
	<nav class="crumbs" aria-label="Where you are">
		<ol>
			{path.map(({ text, href }) => (
				<li key={text}>{href === null ? <span aria-current="page">{text}</span> : <a href={href}>{text}</a>}</li>
			))}
		</ol>
	</nav>
);
