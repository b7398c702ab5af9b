# The server alone: PostgreSQL, Redis or Valkey and Mosquitto are services of their own, see
# docker-compose.yml. Without DATABASE_URL and MQTT_URL this image does not start a lab.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# `prepare` would build before the sources are here: the build is the last step instead.
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.mjs

FROM node:24-slim AS modules
WORKDIR /modules
COPY package.json package-lock.json .npmrc ./
# Optional are the embedded PostgreSQL (100 MB) and a native speed-up that falls back to JavaScript.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
LABEL org.opencontainers.image.title="Créneau" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
ENV NODE_ENV=production \
    DATA_DIR=/var/lib/creneau
# A named volume takes the owner of the folder it is mounted on: ours, and Mosquitto's (uid 1883).
RUN install -d -o node -g node -m 0750 /var/lib/creneau \
 && install -d -o 1883 -g 1883 -m 0750 /mosquitto/auth
WORKDIR /srv/creneau
COPY --from=modules /modules/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/web/dist web/dist
COPY package.json LICENSE ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/main.js"]
