export function Kbd({ children }: { readonly children: string }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded border border-line bg-sunken px-1 font-medium font-sans text-2xs text-muted">
      {children}
    </kbd>
  );
}
