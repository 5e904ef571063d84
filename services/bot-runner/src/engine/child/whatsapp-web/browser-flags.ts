/**
 * Flags of a bot's Chromium. The two about rasterising and the GPU, with the headless shell, were measured to save more
 * than half of its memory; the omnibox and the spare renderer cost a full Chromium a third more. `--single-process`
 * would save more still and is not supported by Chromium.
 */
export function browserFlags({ sandbox, extra }: { sandbox: boolean; extra: readonly string[] }): string[] {
  return [
    ...(sandbox ? [] : ['--no-sandbox']),
    '--disable-gpu',
    '--disable-software-rasterizer',
    '--in-process-gpu',
    '--renderer-process-limit=1',
    '--enable-features=NetworkServiceInProcess2',
    '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess',
    '--disable-blink-features=AutomationControlled',
    '--disable-quic',
    '--disable-component-update',
    '--no-default-browser-check',
    '--disable-extensions',
    ...extra,
  ];
}
