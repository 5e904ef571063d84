import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './vite-precompress.ts';

/** Where the gateway listens while the pages are developed with `vite`. */
const gateway = process.env.GATEWAY_URL ?? `http://127.0.0.1:${process.env.PORT ?? '3000'}`;

export default defineConfig({
  plugins: [tanstackRouter(), react(), tailwindcss(), precompress()],
  build: {
    target: 'es2023',
    manifest: true,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      treeshake: {
        // The core and the book are values and functions only; what a page does not use must not travel to a phone.
        moduleSideEffects: [{ test: /packages\/(domain|contracts)\/src\//, sideEffects: false }],
      },
    },
  },
  server: {
    proxy: {
      '/api': gateway,
      '/auth': gateway,
      '/logout': gateway,
      '/ws': { target: gateway, ws: true },
    },
  },
});
