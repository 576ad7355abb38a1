import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.TIDECALL_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react()],
  // No script and no picture stands in the page itself: the server's policy allows files of its own origin only.
  build: { manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
  server: { proxy: { '/api': server } },
});
