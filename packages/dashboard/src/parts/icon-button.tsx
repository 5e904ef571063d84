import { Button, type ButtonProps } from './button.tsx';
import { cn } from './cn.ts';

/**
 * A button that shows only an icon. `label` is what it is called, to a screen reader, and to the eye on hover and
 * focus (`tip` in styles.css, which costs no script).
 */
export function IconButton({
  label,
  look = 'quiet',
  size = 'icon-sm',
  side = 'bottom',
  className,
  ...rest
}: Omit<ButtonProps, 'aria-label'> & { readonly label: string; readonly side?: 'top' | 'right' | 'bottom' | 'left' }) {
  return (
    <Button
      aria-label={label}
      data-tip={label}
      data-tip-side={side}
      look={look}
      size={size}
      className={cn('tip', className)}
      {...rest}
    />
  );
}
