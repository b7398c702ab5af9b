import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

export default defineConfig({
  root,
  plugins: [
    paraglideVitePlugin({
      project: `${root}/project.inlang`,
      outdir: `${root}/src/paraglide`,
      // The app overwrites getLocale with its own reactive choice, see src/stores/locale.svelte.ts.
      strategy: ['globalVariable', 'baseLocale'],
      outputStructure: 'locale-modules',
      emitReadme: false,
    }),
    svelte({ configFile: false }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows our own files only.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:3000', changeOrigin: false } },
  },
});
