/** Stands in where Jest cannot load the ESM package that @fastify/static requires. */
module.exports = {
  create: (name) => `attachment; filename="${String(name ?? 'file').replace(/[^\w.-]/g, '_')}"`,
};
