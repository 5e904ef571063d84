/** How far something is, of 100. `null`: it is under way and nobody knows how far. */
export function Progress({ percent, label }: { readonly percent: number | null; readonly label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': Math.round(percent) })}
      className="h-1.5 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={
          percent === null
            ? 'h-full w-full animate-pulse rounded-full bg-accent/50'
            : 'h-full rounded-full bg-accent transition-[width] duration-300'
        }
        {...(percent === null
          ? {}
          : { style: { width: `${percent <= 0 ? 0 : Math.max(2, Math.min(100, percent))}%` } })}
      />
    </div>
  );
}
