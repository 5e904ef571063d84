/** What to do, one thing after another. */
export function Steps({ steps }: { readonly steps: readonly string[] }) {
  return (
    <ol className="flex flex-col gap-2 text-sm">
      {steps.map((step, n) => (
        <li key={step} className="flex gap-2.5">
          <span
            aria-hidden
            className="grid size-5 shrink-0 place-items-center rounded-full bg-sunken font-semibold text-2xs text-muted"
          >
            {n + 1}
          </span>
          <span>{step}</span>
        </li>
      ))}
    </ol>
  );
}
